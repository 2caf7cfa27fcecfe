package redisproxy.resp;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a request: its session, its arguments, and its reply. Belongs to the thread that works for the
 * connection; the reply that {@link #later} returns may be filled in by any thread.
 */
final class Invocation {
    private final Session session;
    private final Arguments arguments;
    private final Supplier<Reply> queue;
    private byte @Nullable [] encoded;

    /**
     * Makes an invocation that has no reply yet.
     *
     * @param arguments valid until the request has been executed
     * @param queue returns a reply that has its place behind the replies to earlier requests
     */
    Invocation(Session session, Arguments arguments, Supplier<Reply> queue) {
        this.session = session;
        this.arguments = arguments;
        this.queue = queue;
    }

    Session session() {
        return session;
    }

    Arguments arguments() {
        return arguments;
    }

    /** Returns an encoder for the session's version of the protocol. */
    ReplyBuilder encoder() {
        return new ReplyBuilder(session.isResp3());
    }

    /** Replies at once with these bytes, which must not change any more. */
    void reply(byte[] encodedReply) {
        encoded = encodedReply;
    }

    /** Replies at once with what has been encoded. */
    void reply(ReplyBuilder encodedReply) {
        reply(encodedReply.toBytes());
    }

    void ok() {
        reply(ReplyBuilder.ok());
    }

    /** Replies at once with an error: its code, then its text. */
    void error(String text) {
        reply(ReplyBuilder.error(text));
    }

    void integer(long value) {
        reply(encoder().integer(value));
    }

    /** Returns the reply, to be filled in once by any thread; it keeps its place among the replies. */
    Reply later() {
        return queue.get();
    }

    /** Returns the reply that was given at once; null if it comes later. */
    byte @Nullable [] encodedReply() {
        return encoded;
    }
}
