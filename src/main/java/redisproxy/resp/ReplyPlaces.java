package redisproxy.resp;

/** Where the replies of one connection go that are not given at once. Belongs to the thread that works for the connection. */
final class ReplyPlaces {
    private final RespPort port;
    private final Session session;
    private final ReplyWriter replies;
    private final RequestParser parser;
    private final Runnable resume;

    ReplyPlaces(RespPort port, Session session, ReplyWriter replies, RequestParser parser, Runnable resume) {
        this.port = port;
        this.session = session;
        this.replies = replies;
        this.parser = parser;
        this.resume = resume;
    }

    /** Queues a reply of the request that was parsed last; {@code heldBytes} as {@link Invocation} has them. */
    Reply queue(int heldBytes) {
        return heldBytes == Invocation.OF_LOAD ? load(LoadWindow.heldBytes(parser)) : passed(heldBytes);
    }

    /** Queues a reply that waits for a load; no request behind it is passed on before that has ended. */
    Reply load(int heldBytes) {
        Reply reply = replies.putPending(session.isResp3(), heldBytes);
        return port.passing().isPossible() ? reply.countedBy(session.passes.loads()) : reply;
    }

    /** Queues a reply that waits for a command that is passed on. */
    Reply passed(int heldBytes) {
        return replies.putPending(session.isResp3(), heldBytes).heldBy(port.replies());
    }

    /** Returns a reply that is thrown away, of a request of which so many bytes are held until then. */
    Reply discard(int heldBytes) {
        int held = Math.max(0, heldBytes);
        port.memory().beginWait(held);
        return new Reply(resume, session.isResp3(), port.memory(), held);
    }
}
