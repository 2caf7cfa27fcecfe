package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;

/**
 * A connection that requests are sent over. One thread owns it, opens it and reads its replies. Reading blocks without a
 * timeout, so the owner makes it known to a thread that {@linkplain #abort aborts} it in time.
 */
final class Link extends OneTimeConnection {
    private static final String WRONG_TYPE = "WRONGTYPE";

    private final NodeConfig config;
    private final Links links;
    private final String address;

    /** Which server it had to lead to when it was opened; null before. */
    private volatile Links.@Nullable Destination destination;

    /** When it was opened, or brought the replies of a batch. */
    private volatile long heardNanos;

    /** When what is gathered leaves at the earliest, by the clock of the loads, if {@link #isLeavingKnown}. */
    private long leavesAt;

    private boolean isLeavingKnown;

    /** Null before the first reply. */
    private @Nullable RespReader reader;

    Link(NodeConfig config, JedisClientConfig client, Links links) {
        super(config, client);
        this.config = config;
        this.links = links;
        this.address = config.address().toString();
    }

    /** Returns the address of the server that it leads to. */
    String address() {
        return address;
    }

    /** Connects, introduces this client, and checks which server it has reached. */
    @Override
    void open() {
        Links.Destination wanted = links.destination();
        super.open();
        config.role().verify(this, config);
        if (config.isReadOnly()) {
            sendCommand(Protocol.Command.READONLY);
            getStatusCodeReply();
        }
        wanted.check(this);
        heardNanos = System.nanoTime();
        destination = wanted;
        links.counters().opened();
    }

    boolean isOpen() {
        return destination != null;
    }

    /**
     * Returns whether it is open, has not been aborted, was opened after the last call of {@link Links#renew}, and is not {@link
     * #isForgotten() forgotten}.
     */
    boolean isCurrent() {
        return destination == links.destination() && !isAborted() && !isForgotten();
    }

    /** All replies of a batch have been read. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    /** Returns whether it was opened and has not been heard of since another link {@linkplain Links#forgetSilent was silent}. */
    boolean isForgotten() {
        return isOpen() && heardNanos - links.heardSinceNanos() < 0;
    }

    /**
     * Fails if there is something to read before anything has been asked: it would be taken for the next reply, and each
     * reply for that to the request before.
     */
    void requireNothingToRead() {
        if (reader != null && reader.hasBytes()) {
            throw new MalformedReplyException("a reply to no request");
        }
    }

    /** Returns when what is gathered at present leaves at the earliest, by the clock of {@code load}. */
    long leavesAt(Load load) {
        if (!isLeavingKnown) {
            leavesAt = load.now();
            isLeavingKnown = true;
        }
        return leavesAt;
    }

    /** Sends what has been gathered. */
    @Override
    public void flush() {
        isLeavingKnown = false;
        super.flush();
    }

    /** Sends {@code ASKING} if the next command is for a key of a slot that is on its way to the server. */
    void askFor(boolean asking) {
        if (asking) {
            sendCommand(Protocol.Command.ASKING);
        }
    }

    /** Reads the reply to what {@link #askFor} has sent. Whether it was an error shows in the reply to the command. */
    void admitted(boolean asking) {
        if (asking) {
            Object unused = reply();
        }
    }

    /** Waits for a reply and returns it as {@link RespReader#reply} does. */
    @Nullable
    Object reply() {
        Object reply = readProtocolWithCheckingBroken();
        if (reply instanceof RespReader.ErrorReply) {
            links.counters().errorReply();
        }
        return reply;
    }

    Rerouting rerouting() {
        return links.rerouting();
    }

    /** Returns what an error reply means to a client. Logs what an operator has to know of. */
    BackingStoreException refusal(RespReader.ErrorReply reply) {
        String error = Failures.oneLine(reply);
        if (error.startsWith(WRONG_TYPE)) {
            return BackingStoreException.notAString(error);
        }
        String wrong = WrongPeer.byError(config, error);
        if (wrong == null) {
            return BackingStoreException.errorReply(error);
        }
        links.warn(wrong);
        return BackingStoreException.unavailable(wrong, null);
    }

    /** Jedis reads the handshake. Replies to requests are read by a reader that checks how they are framed. */
    @Override
    protected @Nullable Object protocolRead(RedisInputStream stream, PushConsumerChain pushes) {
        RespReader opened = reader;
        if (opened == null) {
            opened = new RespReader(stream);
            reader = opened;
        }
        return isOpen() ? opened.reply() : super.protocolRead(stream, pushes);
    }
}
