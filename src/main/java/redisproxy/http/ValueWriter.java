package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Entry;

/**
 * Writes a value from the entry's own array: a small one into the response's buffer, a large one in pieces as the client
 * takes them, so that no thread waits for a slow reader.
 */
final class ValueWriter implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(ValueWriter.class);

    /** What containers take into their buffers without writing: Jetty and Tomcat both 8 KiB by default. */
    private static final int SMALL_BYTES = 8 * 1024;

    private static final int PIECE_BYTES = 32 * 1024;

    private final Entry entry;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private int position;

    private ValueWriter(Entry entry, AsyncContext context, ServletOutputStream out) {
        this.entry = entry;
        this.context = context;
        this.out = out;
        this.position = entry.valueOffset();
    }

    /** Whether the answer needs no second write: {@link #writeWhole} does it, else {@link #writeLarge}. */
    static boolean isWhole(HttpServletRequest request, Entry entry) {
        return Responses.isHead(request) || entry.valueLength() <= SMALL_BYTES;
    }

    static void writeWhole(HttpServletRequest request, HttpServletResponse response, Entry entry) throws IOException {
        describe(response, entry);
        Responses.writeWhole(request, response, entry.array(), entry.valueOffset(), entry.valueLength());
    }

    static void writeLarge(HttpServletResponse response, Entry entry, AsyncContext context) throws IOException {
        describe(response, entry);
        response.setContentLength(entry.valueLength());
        ServletOutputStream out = response.getOutputStream();
        out.setWriteListener(new ValueWriter(entry, context, out));
    }

    private static void describe(HttpServletResponse response, Entry entry) {
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentType(entry.isUtf8() ? Responses.TEXT : Responses.BYTES);
    }

    @Override
    public void onWritePossible() throws IOException {
        int end = entry.valueOffset() + entry.valueLength();
        while (out.isReady()) {
            if (position == end) {
                context.complete();
                return;
            }
            int count = Math.min(PIECE_BYTES, end - position);
            int from = position;
            position += count;
            if (position == end) {
                QoSFilter.giveBack(context.getRequest());
            }
            out.write(entry.array(), from, count);
        }
    }

    @Override
    public void onError(Throwable cause) {
        LOG.debug("A client went away while it was sent a value", cause);
        QoSFilter.giveBack(context.getRequest());
        context.complete();
    }
}
