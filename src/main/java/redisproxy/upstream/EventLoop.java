package redisproxy.upstream;

import java.nio.channels.SocketChannel;

/** A thread that serves many sockets, each when it is ready: that of a selector. What it calls must not block. Thread-safe. */
public interface EventLoop {
    /** Returns whether the calling thread is that of the loop, at work for its sockets. */
    boolean isCurrent();

    /**
     * Has something done when the loop has served what is ready, and perhaps looked once more what else is: soon, and before it waits. For
     * the loop's thread, while it {@linkplain #isCurrent is at work}.
     *
     * @param last must not block
     */
    void atEnd(Runnable last);

    /**
     * Has a channel watched for input from some moment on, and returns before that. The channel must be in non-blocking mode.
     *
     * @param watcher is told of input, until the watch is {@linkplain Watch#end ended}
     */
    Watch watch(SocketChannel channel, Watcher watcher);

    /** Is told of a channel's input, on the loop's thread. */
    interface Watcher {
        /** There is something to read, or the input has ended, or somebody wants it to be {@linkplain Watch#look looked at}. */
        void readable();

        /** The loop serves no sockets any more. */
        void loopEnded();
    }

    /** The watch over one channel. Thread-safe; no method blocks. */
    interface Watch {
        /** Has {@link Watcher#readable} called soon, whether or not there is anything to read. */
        void look();

        /**
         * Ends the watch. The channel may be in blocking mode again when this has returned. On another thread than the loop's, the channel may be
         * closed if there is something to read.
         */
        void end();
    }
}
