package redisproxy.redis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.upstream.EventLoop;

/**
 * The input and output of a link while an event loop has the link: nothing blocks, and what the socket does not take at once is kept.
 * Belongs to the one that has the link, but for {@link #look}. Each method throws {@link JedisConnectionException} if the link fails.
 */
final class LoopIo {
    private static final byte[] NOTHING = {};

    private final LinkInput input;
    private final SocketChannel channel;
    private final EventLoop.Watch watch;

    /** What the socket has not taken. */
    private byte[] unsent = NOTHING;

    /** Has the loop watch the channel, which blocks until now. */
    LoopIo(LinkInput input, SocketChannel channel, EventLoop loop, EventLoop.Watcher watcher) {
        this.input = input;
        this.channel = channel;
        try {
            channel.configureBlocking(false);
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
        this.watch = loop.watch(channel, watcher);
    }

    /** Writes bytes, or keeps a copy of them behind those that are kept. */
    void write(byte[] bytes, int offset, int length) {
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
        boolean takesMore = unsent.length == 0;
        try {
            while (takesMore && rest.hasRemaining()) {
                takesMore = channel.write(rest) > 0;
            }
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
        if (rest.hasRemaining()) {
            int kept = unsent.length;
            int more = rest.remaining();
            unsent = Arrays.copyOf(unsent, kept + more);
            rest.get(unsent, kept, more);
        }
    }

    /** Returns whether the socket has not taken all that was written. */
    boolean hasUnsent() {
        return unsent.length > 0;
    }

    /** Reads what has arrived, as far as there is room for it. */
    void fill() {
        int count;
        try {
            count = input.fill(channel);
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
        if (count < 0) {
            throw new JedisConnectionException("Unexpected end of stream.");
        }
    }

    /** Returns whether as many replies have arrived as a whole, so that they can be read without waiting. */
    boolean hasReplies(int replies) {
        return input.endOf(replies) >= 0;
    }

    /** Returns whether what has arrived will not be complete here: there is no more room, or it is no plain reply. */
    boolean needsThread() {
        return input.isFull() || input.endOf(1) == ReplyFraming.OTHER;
    }

    /** Returns whether the connection has neither ended nor brought anything; nothing is under way. */
    boolean isSilent() {
        fill();
        return input.isEmpty();
    }

    /** Has the loop look at the channel, which may have been closed. Thread-safe. */
    void look() {
        watch.look();
    }

    /**
     * Ends the loop's watch, on the loop. It must not be the thread that does so while there is something to read: the loop would find a
     * channel that is selected and not registered, and a selector of Jetty closes such a one.
     */
    void endWatch() {
        watch.end();
    }

    /** Ends the loop's watch, if it has not ended. The channel blocks from now on, and so does this while it writes what is kept. */
    void end() {
        watch.end();
        try {
            channel.configureBlocking(true);
            ByteBuffer rest = ByteBuffer.wrap(unsent);
            unsent = NOTHING;
            while (rest.hasRemaining()) {
                int unused = channel.write(rest);
            }
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }
}
