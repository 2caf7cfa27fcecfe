package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.redis.RespReader.ErrorReply;

/**
 * A RESP3 connection to a Sentinel, on which it is asked about a master and reports what becomes of that. One thread makes it
 * and reads from it, which blocks; {@link #ask} and {@link #abort} may be called by another.
 */
final class SentinelConnection extends OneTimeConnection {
    static final String PROMOTION = "+failover-state-wait-promotion";

    /** A Sentinel does nothing that takes long. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final String[] EVENTS = {"+switch-master", "+promoted-slave", PROMOTION};

    private final boolean asksReplicas;
    private boolean isOpen;
    private boolean isPush;
    private @Nullable NestedReplies replies;

    /**
     * Makes a connection to that Sentinel, which is not open yet.
     *
     * @param asksReplicas whether it is asked for the replicas of the master too
     */
    SentinelConnection(NodeConfig config, boolean asksReplicas) {
        super(
                config,
                client(config)
                        .connectionTimeoutMillis(Math.toIntExact(LONGEST_WAIT.toMillis()))
                        .socketTimeoutMillis(Math.toIntExact(LONGEST_WAIT.toMillis()))
                        .protocol(RedisProtocol.RESP3)
                        .build());
        this.asksReplicas = asksReplicas;
    }

    @Override
    void open() {
        super.open();
        if (getRedisProtocol() != RedisProtocol.RESP3) {
            throw new JedisDataException("ERR it does not speak RESP3, which Sentinels do from 6.0 on");
        }
        isOpen = true;
    }

    /** Returns by which id other Sentinels know it; an empty string if it does not tell, as before 6.2. */
    String id() {
        sendCommand(Protocol.Command.SENTINEL, "MYID");
        flush();
        return ControlConnection.text(read());
    }

    /** Has it report what becomes of masters. Returns why it refuses to, or null if it does not. */
    @Nullable
    String subscribe() {
        sendCommand(Protocol.Command.SUBSCRIBE, EVENTS);
        flush();
        return read() instanceof ErrorReply error ? Failures.oneLine(error) : null;
    }

    /** From now on {@link #read} waits as long as it takes. */
    void listen() {
        setTimeoutInfinite();
    }

    /** Returns how many replies {@link #ask} has. */
    int replies() {
        return asksReplicas ? 4 : 3;
    }

    /** Asks for the master, the other Sentinels, and perhaps the replicas. */
    synchronized void ask(String masterName) {
        sendCommand(Protocol.Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", masterName);
        sendCommand(Protocol.Command.SENTINEL, "MASTER", masterName);
        sendCommand(Protocol.Command.SENTINEL, "SENTINELS", masterName);
        if (asksReplicas) {
            sendCommand(Protocol.Command.SENTINEL, "REPLICAS", masterName);
        }
        flush();
    }

    /** Waits for the next reply or report, and returns it as {@link NestedReplies#read} does. */
    @Nullable
    Object read() {
        return readProtocolWithCheckingBroken();
    }

    /** Returns whether what was read last is a report and no reply. */
    boolean isReport() {
        return isPush;
    }

    /** Returns the replica that a report says is about to be made a master, or null if it says something else. */
    static @Nullable NodeAddress promotedBy(@Nullable Object report, String masterName) {
        // message CHANNEL "slave NAME HOST PORT @ MASTER-NAME HOST PORT"
        if (report instanceof List<?> parts
                && parts.size() == 3
                && ControlConnection.text(parts.get(1)).equals(PROMOTION)) {
            String[] words = ControlConnection.text(parts.get(2)).split(" ", -1);
            if (words.length >= 6 && words[5].equals(masterName)) {
                return SentinelAnswer.address(words[2], words[3]);
            }
        }
        return null;
    }

    @Override
    protected @Nullable Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
        if (!isOpen) {
            return super.protocolRead(in, consumers);
        }
        if (replies == null) {
            replies = new NestedReplies(in);
        }
        isPush = in.peek((byte) '>');
        return replies.read();
    }
}
