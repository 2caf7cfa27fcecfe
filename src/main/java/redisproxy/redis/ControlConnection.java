package redisproxy.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.redis.RespReader.ErrorReply;

/**
 * A connection on which a server is asked about servers: what it is, which others there are, and which of them hold keys. One
 * thread opens and uses it, which blocks for a bounded time; {@link #abort} may be called by any thread.
 */
final class ControlConnection extends OneTimeConnection {
    /** A server that does not answer for so long is left for another one that may know. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private boolean isOpen;
    private @Nullable NestedReplies replies;

    /**
     * Makes a connection to that server, which is not open yet.
     *
     * @param longestWait after which time without a reply the server is left, if that is shorter than the timeout of a load
     */
    ControlConnection(NodeConfig config, Duration longestWait) {
        super(
                config,
                client(config)
                        .connectionTimeoutMillis(waitMillis(config, longestWait))
                        .socketTimeoutMillis(waitMillis(config, longestWait))
                        .build());
    }

    private static int waitMillis(NodeConfig config, Duration longestWait) {
        Duration wait = config.timeout().compareTo(longestWait) < 0 ? config.timeout() : longestWait;
        return Math.toIntExact(wait.toMillis());
    }

    @Override
    void open() {
        super.open();
        isOpen = true;
    }

    /**
     * Sends a command and returns its reply as {@link NestedReplies#read} does.
     *
     * @throws JedisDataException if the reply is an error
     * @throws JedisConnectionException if there is no reply in time
     */
    @Nullable
    Object ask(Protocol.Command command, String... arguments) {
        sendCommand(command, arguments);
        flush();
        return read();
    }

    /** Waits for what the server sends next, and returns it as {@link #ask} does. */
    @Nullable
    Object read() {
        Object reply = readProtocolWithCheckingBroken();
        if (reply instanceof ErrorReply error) {
            throw new JedisDataException(error.text());
        }
        return reply;
    }

    /**
     * Asks for a section of INFO and returns the value of one of its fields.
     *
     * @return null if there is no such field
     */
    @Nullable
    String info(String section, String field) {
        return InfoFields.of(text(ask(Protocol.Command.INFO, section))).get(field);
    }

    /** Returns a string of a reply as text, or an empty one if it is no string. */
    static String text(@Nullable Object reply) {
        if (reply instanceof byte[] bulk) {
            return new String(bulk, StandardCharsets.UTF_8);
        }
        return reply instanceof RespReader.SimpleString simple ? simple.text() : "";
    }

    @Override
    protected @Nullable Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
        if (!isOpen) {
            return super.protocolRead(in, consumers);
        }
        if (replies == null) {
            replies = new NestedReplies(in);
        }
        return replies.read();
    }
}
