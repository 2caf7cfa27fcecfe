package redisproxy.resp;

import org.jspecify.annotations.Nullable;

/**
 * Finds the requests of one connection in what it has sent, one after the other. A request that is too large for its command is told by
 * what it announces, and then nothing of it is kept. Belongs to the thread that works for the connection.
 */
final class RequestReader {
    private final RespPort port;
    private final Session session;
    private final InputBuffer input;
    private final Pace pace;
    private final Turn turn;
    private final RequestParser parser;

    /** The request that is being read, if it is refused already. */
    private @Nullable TooLargeRequest tooLarge;

    RequestReader(RespPort port, Session session, InputBuffer input, Pace pace, Turn turn) {
        this.port = port;
        this.session = session;
        this.input = input;
        this.pace = pace;
        this.turn = turn;
        this.parser = new RequestParser(() -> !session.principal().isKnown());
    }

    /** Returns the request that {@link #read} has found. */
    RequestParser request() {
        return parser;
    }

    /**
     * Returns whether there is a whole request, which is to be executed, or if it {@linkplain #takeTooLarge is too large} to be refused.
     *
     * @throws RespProtocolException if the bytes cannot begin a request
     */
    boolean read() throws RespProtocolException {
        if (tooLarge != null) {
            return drop(tooLarge);
        }
        if (parser.parse(input.array(), input.start(), input.end())) {
            return true;
        }
        if (RequestBounds.mayBeTooLarge(parser)) {
            TooLargeRequest found = port.commands().tooLarge(parser, session);
            if (found != null) {
                tooLarge = found;
                input.drop(parser.parsedBytes());
                parser.next();
                return drop(found);
            }
        }
        input.holdBeside(parser.tableBytes());
        return false;
    }

    /** Returns whether all of it has been dropped. */
    private boolean drop(TooLargeRequest request) throws RespProtocolException {
        int dropped = request.drop(input.array(), input.start(), input.end());
        input.drop(dropped);
        turn.spend(0, dropped);
        return request.isOver();
    }

    /** Returns the request that {@link #read} has found if it is to be refused, else null. */
    @Nullable
    TooLargeRequest takeTooLarge() {
        TooLargeRequest taken = tooLarge;
        if (taken != null) {
            tooLarge = null;
            input.endDrop();
        }
        return taken;
    }

    /** Ends the request that has been executed. */
    void consume() {
        input.consume(parser.requestLength());
        parser.next();
        pace.requestCompleted();
    }
}
