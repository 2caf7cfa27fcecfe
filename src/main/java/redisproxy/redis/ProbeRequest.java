package redisproxy.redis;

import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.BackingStoreException;

/** Finds out whether Redis answers, by {@code PING}. Nothing waits for it: the result is what the log says of Redis. */
final class ProbeRequest implements Request {
    private final long startedNanos = System.nanoTime();

    @Override
    public long waitedNanos() {
        return System.nanoTime() - startedNanos;
    }

    @Override
    public void send(Link to) {
        to.sendCommand(Protocol.Command.PING);
    }

    @Override
    public void sent() {}

    /** An error reply such as {@code NOAUTH} says that requests will not be answered either. */
    @Override
    public void receive(Link from) {
        if (from.reply() instanceof RespReader.ErrorReply error) {
            throw new JedisDataException(error.text());
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
