package redisproxy.redis;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.cache.Term;
import redisproxy.redis.RespReader.ErrorReply;

/**
 * Reads a key for a cache: {@code GET}, and {@code PTTL} where the remaining life of the key is needed. {@code ASKING} goes before
 * each command if the slot is on its way to the server.
 */
final class ReadRequest implements KeyRequest {
    /** What PTTL answers for a key that does not expire. */
    private static final long KEY_WITHOUT_END = -1;

    /** What PTTL answers for a key that does not exist. */
    private static final long NO_KEY = -2;

    private final Load load;
    private final int hops;
    private final boolean asking;

    /** Whether PTTL has been sent, which tells what replies there are: the load may belong to another request by then. */
    private boolean asksLife;

    ReadRequest(Load load) {
        this(load, 0, false);
    }

    private ReadRequest(Load load, int hops, boolean asking) {
        this.load = load;
        this.hops = hops;
        this.asking = asking;
    }

    Load load() {
        return load;
    }

    @Override
    public int hops() {
        return hops;
    }

    @Override
    public boolean asking() {
        return asking;
    }

    @Override
    public byte[] key() {
        return load.key();
    }

    @Override
    public ReadRequest referred(boolean isAsking) {
        return new ReadRequest(load, hops + 1, isAsking);
    }

    @Override
    public ReadRequest again() {
        return new ReadRequest(load, hops, false);
    }

    @Override
    public long waitedNanos() {
        return load.waitedNanos();
    }

    @Override
    public boolean isOlderThan(Request other) {
        return other instanceof ReadRequest read ? load.isOlderThan(read.load) : KeyRequest.super.isOlderThan(other);
    }

    @Override
    public void send(Link to, Term term) {
        load.sending(term, to.address(), to.leavesAt(load));
        to.askFor(asking);
        to.sendCommand(Protocol.Command.GET, load.key());
        asksLife = load.needsLife();
        if (asksLife) {
            to.askFor(asking);
            to.sendCommand(Protocol.Command.PTTL, load.key());
        }
    }

    @Override
    public void sent() {
        load.sent();
    }

    @Override
    public void receive(Link from) {
        from.admitted(asking);
        Object reply = from.reply();
        if (reply instanceof ErrorReply error) {
            // It has to be read, and says nothing of a key that does not hold a string.
            readLife(from);
            if (!from.rerouting().takesOver(this, error.text())) {
                load.fail(from.refusal(error));
            }
        } else if (reply == null || reply instanceof byte[]) {
            byte[] value = (byte[]) reply;
            Object life = readLife(from);
            if (value == null && from.rerouting().takesOverAbsent(this)) {
                return;
            }
            load.complete(value, asksLife ? lifeNanos(value, life) : Load.UNLIMITED);
        } else {
            throw new MalformedReplyException("a reply to GET that is no value");
        }
    }

    private @Nullable Object readLife(Link from) {
        if (!asksLife) {
            return null;
        }
        from.admitted(asking);
        return from.reply();
    }

    /** Returns what a reply to PTTL says, which is nothing if the key came or went between GET and PTTL. */
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
