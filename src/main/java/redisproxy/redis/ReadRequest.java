package redisproxy.redis;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;

/** Reads a key for a cache: {@code GET}, and {@code PTTL} where the remaining life of the key is needed. */
record ReadRequest(Load load) implements Request {
    private static final String WRONG_TYPE = "WRONGTYPE";

    /** What PTTL says of a key that does not expire, and of one that does not exist. */
    private static final long KEY_WITHOUT_END = -1;

    private static final long NO_KEY = -2;

    @Override
    public long waitedNanos() {
        return load.waitedNanos();
    }

    @Override
    public void send(OneTimeConnection to) {
        load.sending();
        to.sendCommand(Protocol.Command.GET, load.key());
        if (load.needsLife()) {
            to.sendCommand(Protocol.Command.PTTL, load.key());
        }
    }

    @Override
    public void sent() {
        load.sent();
    }

    @Override
    public void receive(OneTimeConnection from) {
        Object reply = Request.replyOrError(from);
        boolean isValue = reply == null || (reply instanceof byte[] && !from.wasSimpleString());
        if (!isValue && !(reply instanceof JedisDataException)) {
            throw new JedisConnectionException("Unexpected reply to GET");
        }
        // Of a key that does not exist, or does not hold a string, this says nothing, but it has to be read.
        Object life = load.needsLife() ? Request.replyOrError(from) : null;
        if (reply instanceof JedisDataException e) {
            load.fail(refusal(Failures.oneLine(e)));
        } else {
            byte[] value = (byte[]) reply;
            load.complete(value, load.needsLife() ? lifeNanos(value, life) : Load.UNLIMITED);
        }
    }

    private static BackingStoreException refusal(String error) {
        return error.startsWith(WRONG_TYPE)
                ? BackingStoreException.notAString(error)
                : BackingStoreException.errorReply(error);
    }

    /** Reads a reply to PTTL, which is unusable if the key came or went between GET and PTTL. */
    private static long lifeNanos(byte @Nullable [] value, @Nullable Object reply) {
        if (!(reply instanceof Long millis)) {
            return Load.UNKNOWN;
        }
        if (value == null) {
            return millis == NO_KEY ? Load.UNLIMITED : Load.UNKNOWN;
        }
        if (millis == KEY_WITHOUT_END) {
            return Load.UNLIMITED;
        }
        return millis < 0 ? Load.UNKNOWN : Math.min(TimeUnit.MILLISECONDS.toNanos(millis), Load.UNLIMITED);
    }

    @Override
    public void fail(BackingStoreException cause) {
        load.fail(cause);
    }

    @Override
    public void flush() {
        load.flush();
    }

    @Override
    public Object recipient() {
        return load.recipient();
    }
}
