package redisproxy.redis;

import java.util.function.Consumer;
import redis.clients.jedis.Protocol;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;

/** Finds out whether Redis answers, by {@code PING}. Nothing waits for it: its result goes to the log. */
final class ProbeRequest implements Request {
    private final Consumer<String> onError;
    private final long mostNanos;
    private final long startedNanos = System.nanoTime();

    /**
     * Makes a probe that is waited for as long as for other requests, at most.
     *
     * @param onError is given an error reply, in one line
     * @param mostNanos how long it is waited for
     */
    ProbeRequest(Consumer<String> onError, long mostNanos) {
        this.onError = onError;
        this.mostNanos = mostNanos;
    }

    @Override
    public long waitedNanos() {
        return System.nanoTime() - startedNanos;
    }

    @Override
    public boolean isOverdue(long timeoutNanos) {
        return waitedNanos() >= Math.min(timeoutNanos, mostNanos);
    }

    @Override
    public void send(Link to, Term term) {
        to.sendCommand(Protocol.Command.PING);
    }

    @Override
    public void sent() {}

    /** An error, such as {@code NOPERM}, is an answer. Requests of the same batch get answers of their own. */
    @Override
    public void receive(Link from) {
        if (from.reply() instanceof RespReader.ErrorReply error) {
            onError.accept(Failures.oneLine(error));
        }
    }

    @Override
    public void fail(BackingStoreException cause) {}

    @Override
    public void flush() {}

    @Override
    public Object recipient() {
        return this;
    }
}
