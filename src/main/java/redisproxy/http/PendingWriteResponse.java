package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The response to a request that writes, while its body arrives or Redis is waited for. One thread at a time has it; answered once. */
final class PendingWriteResponse {
    private static final Logger LOG = LoggerFactory.getLogger(PendingWriteResponse.class);

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final AsyncContext context;
    private BodyMemory.@Nullable Share share;

    PendingWriteResponse(HttpServletRequest request, HttpServletResponse response, AsyncContext context) {
        this.request = request;
        this.response = response;
        this.context = context;
    }

    HttpServletRequest request() {
        return request;
    }

    /** Notes what counts the memory of the body. */
    void holds(BodyMemory.Share held) {
        share = held;
    }

    /** Runs something that takes long on a thread of the container; {@code orElse} runs on this one if there is none. */
    void runElsewhere(Runnable task, Runnable orElse) {
        try {
            context.start(task);
        } catch (RuntimeException e) {
            LOG.debug("The container gives no thread to a request", e);
            orElse.run();
        }
    }

    /** Answers a request whose body has not been read to its end; with null, the client has gone. */
    void refuse(@Nullable Answer answer) {
        if (answer == null) {
            QoSFilter.giveBack(request);
            complete();
        } else {
            close(request, response);
            respond(answer);
        }
    }

    /** Ends the connection after the response: the rest of the body would be taken for a request. HTTP/2 has a stream for each. */
    static void close(HttpServletRequest request, HttpServletResponse response) {
        if (request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader("Connection", "close");
        }
    }

    /** Answers the request. */
    void respond(Answer answer) {
        try {
            Responses.writeWhole(request, response, answer);
            QoSFilter.giveBack(request);
        } catch (IOException | RuntimeException e) {
            LOG.debug("A client closed its connection before it was answered", e);
        }
        complete();
    }

    private void complete() {
        if (share != null) {
            share.end();
        }
        try {
            context.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The container had already completed the request", e);
        }
    }
}
