package redisproxy.admin.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Streams of server-sent events: the state each second, and what has happened since the second before. Thread-safe; never waits for
 * a client.
 */
final class Streams extends Handler.Abstract {
    /** Each holds a connection and at most one message. */
    static final int MOST_STREAMS = 32;

    private final Supplier<State> state;
    private final LongFunction<List<EventView>> events;
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();

    Streams(Supplier<State> state, LongFunction<List<EventView>> events) {
        this.state = state;
        this.events = events;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        long seen;
        try {
            seen = seen(request);
        } catch (BadRequestException e) {
            Answer.problem(response, callback, HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
            return true;
        }
        // First: as soon as it is added, another thread may send.
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        EventStream stream = new EventStream(response, callback, seen, open::remove);
        Answer.protect(response.getHeaders());
        if (!add(stream)) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "5");
            Answer.problem(
                    response,
                    callback,
                    HttpStatus.SERVICE_UNAVAILABLE_503,
                    "%d streams are open, and no more are served (expected: close one, or ask for the state each second)"
                            .formatted(MOST_STREAMS));
            return true;
        }
        request.addFailureListener(failure -> stream.drop());
        if (request.getMethod().equals("HEAD")) {
            stream.end();
        } else {
            stream.send(message(state.get()), events);
        }
        return true;
    }

    private synchronized boolean add(EventStream stream) {
        return open.size() < MOST_STREAMS && open.add(stream);
    }

    /** A browser that comes back tells what it has seen in a header. */
    private static long seen(Request request) throws BadRequestException {
        String last = request.getHeaders().get("Last-Event-ID");
        return EventNumber.parse(
                last == null ? KeyText.text(request.getHttpURI().getQuery(), "after") : last);
    }

    /** Sends the state to all; called each second. Costs nothing while there are no streams. */
    void tick() {
        if (!open.isEmpty()) {
            byte[] message = message(state.get());
            open.forEach(each -> each.send(message, events));
        }
    }

    /** Ends all streams. */
    void close() {
        open.forEach(EventStream::end);
    }

    private static byte[] message(State state) {
        return message("state", null, state);
    }

    /** Returns a message; JSON has no line ends. */
    static byte[] message(String name, @Nullable Long id, Object data) {
        byte[] head = ((id == null ? "" : "id: " + id + "\n") + "event: " + name + "\ndata: ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] json = Json.write(data);
        return ByteBuffer.allocate(head.length + json.length + 2)
                .put(head)
                .put(json)
                .put((byte) '\n')
                .put((byte) '\n')
                .array();
    }
}
