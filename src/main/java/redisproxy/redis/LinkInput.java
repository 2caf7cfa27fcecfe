package redisproxy.redis;

import java.io.FilterInputStream;
import java.io.IOException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * What arrives over a link, read through the stream that its handshake was read from. Before it reads from the socket, which may wait,
 * something is done first. Belongs to one thread, which it blocks.
 */
final class LinkInput extends RedisInputStream {
    private final Socket socket;

    /**
     * Makes an input of what is still to come from {@code opened}.
     *
     * @param beforeWaiting is run before the socket is read; must neither block nor read
     */
    LinkInput(RedisInputStream opened, Runnable beforeWaiting) {
        this(new Socket(opened, beforeWaiting));
    }

    private LinkInput(Socket socket) {
        super(socket);
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
