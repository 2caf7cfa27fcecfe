package redisproxy.redis;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.upstream.RawReply;

/**
 * A connection that one client has to itself. One thread opens it and reads from it, which blocks without a timeout, another one
 * {@linkplain #write writes} to it, and any thread may {@linkplain #abort abort} it.
 */
final class PinnedLink extends OneTimeConnection {
    private final NodeConfig config;

    /** Null before it is open. */
    private @Nullable RawReader reader;

    private @Nullable RedisInputStream in;
    private boolean isOpen;

    /** By which Redis knows it; 0 if it does not tell. */
    private volatile long id;

    /** Any thread may look how much has been read. */
    private final AtomicLong received = new AtomicLong();

    /** Makes a connection that is not open yet; its database is that of the configuration. */
    PinnedLink(NodeConfig config, boolean resp3) {
        super(
                config,
                client(config)
                        .socketTimeoutMillis(Math.toIntExact(config.timeout().toMillis()))
                        .protocol(resp3 ? RedisProtocol.RESP3 : RedisProtocol.RESP2)
                        .build());
        this.config = config;
    }

    /** Connects, introduces this client, and checks which server it has reached. */
    @Override
    void open() {
        super.open();
        config.role().verify(this, config);
        if (config.isReadOnly()) {
            sendCommand(Protocol.Command.READONLY);
            getStatusCodeReply();
        }
        id = askId();
        setSoTimeout(0);
        isOpen = true;
    }

    private long askId() {
        try {
            sendCommand(Protocol.Command.CLIENT, "ID");
            return getOne() instanceof Long told ? told : 0;
        } catch (JedisDataException e) {
            // Without the right to ask, nobody can be unblocked.
            return 0;
        }
    }

    /** Returns the id by which Redis knows it; 0 if it is not known. */
    long id() {
        return id;
    }

    /** Returns about how many bytes of replies have been read. Thread-safe. */
    long received() {
        return received.getOpaque();
    }

    /** Sends a request, and waits for the reply as long as a load does. */
    RawReply ask(byte[] request) {
        setSoTimeout(Math.toIntExact(config.timeout().toMillis()));
        write(request, 0, request.length);
        return next();
    }

    /**
     * Waits for the next reply or push message.
     *
     * @throws ExcessiveReplyException if it does not fit into the heap
     * @throws MalformedReplyException if it is not RESP
     * @throws JedisConnectionException if the connection has ended
     */
    RawReply next() {
        RawReply next = (RawReply) readProtocolWithCheckingBroken();
        RawReader read = reader;
        if (next == null) {
            throw read == null
                    ? new ExcessiveReplyException(0, null)
                    : new ExcessiveReplyException(read.size(), read.excess());
        }
        return next;
    }

    /** Returns whether something has arrived that has not been read. */
    boolean hasBytes() {
        RedisInputStream stream = in;
        try {
            return stream != null && stream.available() > 0;
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    /** Returns why it has failed, as a part of a sentence. */
    String describe(Throwable failure) {
        return Failures.describe(config, failure);
    }

    @Override
    protected @Nullable Object protocolRead(RedisInputStream stream, PushConsumerChain pushes) {
        if (!isOpen) {
            in = stream;
            return super.protocolRead(stream, pushes);
        }
        RawReader opened = reader;
        if (opened == null) {
            opened = new RawReader(stream, received);
            reader = opened;
        }
        return opened.next();
    }
}
