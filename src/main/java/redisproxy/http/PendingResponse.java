package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;

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
    public void loaded(Entry entry, Provenance provenance) {
        respond(Answer.of(entry));
    }

    @Override
    public void failed(BackingStoreException cause) {
        respond(Answer.of(cause));
    }

    private void respond(Answer answer) {
        try {
            if (ValueWriter.isWhole(request, answer)) {
                Responses.writeWhole(request, response, answer);
                QoSFilter.giveBack(request);
                context.complete();
            } else {
                ValueWriter.writeLarge(response, answer, context);
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
