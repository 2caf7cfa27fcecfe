package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Asker;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;

/** A response that waits for a load. The load calls it on one thread at a time. */
final class PendingResponse implements LoadListener {
    private static final Logger LOG = LoggerFactory.getLogger(PendingResponse.class);

    private final ReadThroughCache cache;
    private final Answers answers;
    private final byte[] key;
    private final RequestDirectives asked;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncContext context;
    private final long begunNanos;

    /** Whether another request had started the load. The load publishes this to the thread that ends it. */
    private boolean isCollapsed;

    PendingResponse(
            ReadThroughCache cache,
            Answers answers,
            byte[] key,
            RequestDirectives asked,
            HttpServletRequest request,
            HttpServletResponse response,
            AsyncContext context,
            long begunNanos) {
        this.cache = cache;
        this.answers = answers;
        this.key = key;
        this.asked = asked;
        this.request = request;
        this.response = response;
        this.context = context;
        this.begunNanos = begunNanos;
    }

    @Override
    public void joined() {
        isCollapsed = true;
    }

    /** The request is still there: this is called before the result. */
    @Override
    public Asker asker() {
        String host = request.getRemoteAddr();
        boolean isBare = host.indexOf(':') >= 0 && !host.startsWith("[");
        return new Asker((isBare ? "[" + host + "]" : host) + ":" + request.getRemotePort(), "");
    }

    @Override
    public @Nullable String traceContext() {
        return TraceParent.of(request);
    }

    @Override
    public void loaded(Entry entry, Provenance provenance) {
        if (provenance == Provenance.STALE && asked.refusesInsteadOfError(cache, entry)) {
            respond(answers.failed(noAnswer(), asked.loadMode(), isCollapsed));
            return;
        }
        respond(answers.loaded(entry, provenance, asked.loadMode(), isCollapsed));
    }

    private static BackingStoreException noAnswer() {
        return BackingStoreException.unavailable(
                "Redis did not answer, and the request accepts no expired value", null);
    }

    @Override
    public void failed(BackingStoreException cause) {
        Entry entry = cause.isNotAString() ? null : asked.findInsteadOfError(cache, key);
        respond(entry == null ? answers.failed(cause, asked.loadMode(), isCollapsed) : answers.insteadOfError(entry));
    }

    private void respond(Answer unconditional) {
        answers.answered(begunNanos);
        try {
            Answer answer = Preconditions.apply(request, unconditional, answers);
            if (ValueWriter.isWhole(request, answer)) {
                Responses.writeWhole(request, response, answer);
                QoSFilter.giveBack(request);
                context.complete();
            } else {
                ValueWriter.writeLarge(response, answer, context);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("A client closed its connection before it was answered", e);
            abandon();
        }
    }

    private void abandon() {
        try {
            context.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The container had already completed the request", e);
        }
    }
}
