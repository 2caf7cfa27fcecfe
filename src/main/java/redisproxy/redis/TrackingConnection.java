package redisproxy.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.Invalidations;

/**
 * A RESP3 connection on which Redis reports every write, by {@code CLIENT TRACKING ON BCAST}. One thread makes it and reads
 * from it, which blocks; {@link #sendPing} and {@link #abort} may be called by another.
 */
final class TrackingConnection extends OneTimeConnection {
    private @Nullable InvalidationReader invalidations;
    private @Nullable Invalidations cache;
    private InvalidationReader.@Nullable Message last;

    /** Makes a connection to that Redis, which is not open yet. */
    TrackingConnection(NodeConfig config) {
        super(
                config,
                client(config)
                        .socketTimeoutMillis(Math.toIntExact(config.timeout().toMillis()))
                        .protocol(RedisProtocol.RESP3)
                        .build());
    }

    /**
     * Has Redis report writes, and verifies that it will.
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
        verifyLifeIsKnown(prefixes.isEmpty() ? "" : prefixes.get(0));
        // A user that may not send PING would lose the connection at the first heartbeat.
        sendCommand(Protocol.Command.PING);
        getStatusCodeReply();
    }

    /** Without the remaining life of keys nothing could be cached, and nothing would say so. */
    private void verifyLifeIsKnown(String key) {
        sendCommand(Protocol.Command.PTTL, key);
        try {
            getIntegerReply();
        } catch (JedisRedirectionException | JedisClusterException e) {
            // A node of a Cluster looks at rights first, and then at whether it holds the slot and the Cluster serves.
        } catch (JedisAccessControlException e) {
            // The user may be allowed the command and not this key.
            if (String.valueOf(e.getMessage()).contains("command")) {
                throw e;
            }
        }
    }

    /** From now on the cache is told what is read. */
    void listenFor(Invalidations cache) {
        this.cache = cache;
        setTimeoutInfinite();
    }

    /** Waits for a message. The cache has been told what it says when this returns. */
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
