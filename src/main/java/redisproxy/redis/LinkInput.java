package redisproxy.redis;

import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import redis.clients.jedis.util.RedisInputStream;

/**
 * What arrives over a link, read through the stream that its handshake was read from. Before it reads from the socket, which may wait,
 * something is done first. Belongs to one thread, which it blocks.
 */
final class LinkInput extends RedisInputStream {
    /** Replies up to this size are read by an event loop. */
    private static final int BYTES = 32 * 1024;

    private final Socket socket;
    private final ByteBuffer filling = ByteBuffer.wrap(buf);

    /**
     * Makes an input of what is still to come from {@code opened}.
     *
     * @param beforeWaiting is run before the socket is read; must neither block nor read
     */
    LinkInput(RedisInputStream opened, Runnable beforeWaiting) {
        this(new Socket(opened, beforeWaiting));
    }

    private LinkInput(Socket socket) {
        super(socket, BYTES);
        this.socket = socket;
    }

    /** Reads what is not at hand straight into the array. */
    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (count < limit) {
            return super.read(bytes, offset, length);
        }
        socket.beforeWaiting.run();
        return socket.opened.read(bytes, offset, length);
    }

    /** Returns whether nothing has been read from the socket that is still to be given. */
    boolean isEmpty() {
        return count == limit;
    }

    /** Returns whether there is neither anything to give nor anything at the socket, which costs a system call. */
    boolean isSilent() throws IOException {
        return isEmpty() && socket.opened.available() == 0;
    }

    /** Reads once from a channel that does not block; returns how many bytes, or -1 at the end. */
    int fill(ReadableByteChannel channel) throws IOException {
        if (count > 0) {
            System.arraycopy(buf, count, buf, 0, limit - count);
            limit -= count;
            count = 0;
        }
        filling.clear().position(limit);
        int read = channel.read(filling);
        limit = filling.position();
        return read;
    }

    /** Returns where, as {@link ReplyFraming#end} has it, as many replies end of those that have been read and not given. */
    int endOf(int replies) {
        int end = count;
        for (int i = 0; i < replies && end >= 0; i++) {
            end = ReplyFraming.end(buf, end, limit);
        }
        return end;
    }

    /** Returns whether nothing more fits into what {@link #fill} reads into. */
    boolean isFull() {
        return limit - count == buf.length;
    }

    private static final class Socket extends FilterInputStream {
        private final RedisInputStream opened;
        private final Runnable beforeWaiting;

        Socket(RedisInputStream opened, Runnable beforeWaiting) {
            super(opened);
            this.opened = opened;
            this.beforeWaiting = beforeWaiting;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            beforeWaiting.run();
            return opened.read(bytes, offset, length);
        }
    }
}
