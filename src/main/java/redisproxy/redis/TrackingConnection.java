package redisproxy.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.Invalidations;

/**
 * A RESP3 connection that Redis tells of every write, by {@code CLIENT TRACKING ON BCAST}. One thread makes it and reads
 * from it, which blocks; {@link #sendPing} and closing may be done by another.
 */
final class TrackingConnection extends OneTimeConnection {
    private final JedisClientConfig client;
    private @Nullable InvalidationReader invalidations;
    private @Nullable Invalidations cache;
    private InvalidationReader.@Nullable Message last;

    private TrackingConnection(Connection.Builder builder) {
        super(builder);
        this.client = builder.getClientConfig();
    }

    /** Makes a connection to that Redis, which is not open yet. */
    static TrackingConnection to(RedisConfig config) {
        JedisClientConfig client =
                RedisPool.client(config).protocol(RedisProtocol.RESP3).build();
        return new TrackingConnection(RedisPool.connections(new Connection.Builder(), config, client));
    }

    void open() {
        initializeFromClientConfig(client);
    }

    /**
     * Has Redis tell of writes, and asks it whether it will.
     *
     * @throws TrackingRefusedException if it will not
     */
    void track(List<String> prefixes) {
        if (getRedisProtocol() != RedisProtocol.RESP3) {
            throw new TrackingRefusedException("the server does not speak RESP3");
        }
        String[] arguments = new String[3 + 2 * prefixes.size()];
        arguments[0] = "TRACKING";
        arguments[1] = "ON";
        arguments[2] = "BCAST";
        for (int i = 0; i < prefixes.size(); i++) {
            arguments[3 + 2 * i] = "PREFIX";
            arguments[4 + 2 * i] = prefixes.get(i);
        }
        sendCommand(Protocol.Command.CLIENT, arguments);
        getStatusCodeReply();
        sendCommand(Protocol.Command.CLIENT, "TRACKINGINFO");
        TrackingInfo.verify(getOne(), prefixes);
        verifyLifeIsTold(prefixes.isEmpty() ? "" : prefixes.get(0));
        // Whoever may not ask for a sign would be taken for lost at the first heartbeat.
        sendCommand(Protocol.Command.PING);
        getStatusCodeReply();
    }

    /** Without the remaining life of keys nothing could be cached, of which nobody would be told. */
    private void verifyLifeIsTold(String key) {
        sendCommand(Protocol.Command.PTTL, key);
        try {
            getIntegerReply();
        } catch (JedisAccessControlException e) {
            // Which keys a user may read is another matter than which commands.
            if (String.valueOf(e.getMessage()).contains("command")) {
                throw e;
            }
        }
    }

    /** From now on whatever comes is told to {@code cache}. */
    void listenFor(Invalidations cache) {
        this.cache = cache;
        setTimeoutInfinite();
    }

    /** Waits for a message, and has told the cache what it says when this returns. */
    InvalidationReader.@Nullable Message readMessage() {
        readProtocolWithCheckingBroken();
        return last;
    }

    synchronized void sendPing() {
        sendCommand(Protocol.Command.PING);
        flush();
    }

    @Override
    protected @Nullable Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
        Invalidations told = cache;
        if (told == null) {
            return super.protocolRead(in, consumers);
        }
        InvalidationReader reader = invalidations;
        if (reader == null) {
            reader = new InvalidationReader(in, told);
            invalidations = reader;
        }
        last = reader.read();
        return null;
    }
}
