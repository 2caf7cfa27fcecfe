package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;

/** A response that waits for a load. */
final class PendingResponse implements LoadListener {
    private static final Logger LOG = LoggerFactory.getLogger(PendingResponse.class);

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncContext context;

    PendingResponse(HttpServletRequest request, HttpServletResponse response, AsyncContext context) {
        this.request = request;
        this.response = response;
        this.context = context;
    }

    @Override
    public void loaded(@Nullable Entry entry) {
        respond(() -> {
            if (entry == null) {
                Responses.empty(request, response, HttpServletResponse.SC_NOT_FOUND);
            } else if (ValueWriter.isWhole(request, entry)) {
                ValueWriter.writeWhole(request, response, entry);
            } else {
                ValueWriter.writeLarge(response, entry, context);
                return false;
            }
            return true;
        });
    }

    @Override
    public void failed(BackingStoreException cause) {
        respond(() -> {
            if (cause.isWrongType()) {
                Responses.text(request, response, HttpServletResponse.SC_CONFLICT, cause.getMessage() + "\n");
            } else {
                Responses.unavailable(request, response, cause.getMessage());
            }
            return true;
        });
    }

    /** Writes a response; returns whether it is complete. */
    @FunctionalInterface
    private interface Writer {
        boolean write() throws IOException;
    }

    private void respond(Writer writer) {
        try {
            if (writer.write()) {
                QoSFilter.giveBack(request);
                context.complete();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("A client went away before it could be answered", e);
            abandon();
        }
    }

    private void abandon() {
        try {
            context.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The container has ended the request already", e);
        }
    }
}
