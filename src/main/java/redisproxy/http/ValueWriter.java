package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a value from the entry's own array: a small one into the response's buffer, a large one in pieces as fast as the
 * client reads them, so that no thread waits for a slow client. The container calls it on one thread at a time.
 */
final class ValueWriter implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(ValueWriter.class);

    /** Containers keep so much in their buffers before they write: Jetty and Tomcat both 8 KiB by default. */
    private static final int SMALL_BYTES = 8 * 1024;

    private static final int PIECE_BYTES = 32 * 1024;

    private final Answer answer;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private int position;

    private ValueWriter(Answer answer, AsyncContext context, ServletOutputStream out) {
        this.answer = answer;
        this.context = context;
        this.out = out;
        this.position = answer.offset();
    }

    /** Returns whether {@link Responses#writeWhole} can write the answer; otherwise {@link #writeLarge} has to. */
    static boolean isWhole(HttpServletRequest request, Answer answer) {
        return Responses.isHeadOnly(request, answer) || answer.length() <= SMALL_BYTES;
    }

    /** Starts to write an answer; completes {@code context} at the end. */
    static void writeLarge(HttpServletResponse response, Answer answer, AsyncContext context) throws IOException {
        Responses.head(response, answer);
        response.setContentLength(answer.length());
        ServletOutputStream out = response.getOutputStream();
        out.setWriteListener(new ValueWriter(answer, context, out));
    }

    @Override
    public void onWritePossible() throws IOException {
        int end = answer.offset() + answer.length();
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
            out.write(answer.body(), from, count);
        }
    }

    @Override
    public void onError(Throwable cause) {
        LOG.debug("A client closed its connection while it was sent a value", cause);
        QoSFilter.giveBack(context.getRequest());
        context.complete();
    }
}
