package redisproxy.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.upstream.EventLoop;

/** The event loop of one of Jetty's selectors, for sockets that are not those of clients. Thread-safe. */
public final class SelectorLoop implements EventLoop, LoopEnd.Loop {
    private static final Logger LOG = LoggerFactory.getLogger(SelectorLoop.class);

    private final ManagedSelector selector;
    private final LoopEnd end;

    /** The selector's thread while it is at work; null else. Any thread may compare it with itself. */
    private @Nullable Thread current;

    /** Makes that of a round. */
    SelectorLoop(ManagedSelector selector, LoopEnd.Work round) {
        this.selector = selector;
        this.end = new LoopEnd(this, round);
    }

    /** Returns what is done at the end of the work. For the loop's thread. */
    LoopEnd end() {
        return end;
    }

    @Override
    public void atEnd(Runnable last) {
        end.add(last);
    }

    @Override
    public void submit(Runnable work) {
        selector.submit(ignored -> work.run());
    }

    @Override
    public void enter() {
        current = Thread.currentThread();
    }

    @Override
    public void leave() {
        current = null;
    }

    @Override
    public boolean isCurrent() {
        return current == Thread.currentThread();
    }

    @Override
    public Watch watch(SocketChannel channel, Watcher watcher) {
        Watched watched = new Watched(channel, watcher);
        selector.submit(watched);
        return watched;
    }

    /** What Jetty's selector knows of the channel. It calls all but {@link #look} and {@link #end} on its own thread. */
    private final class Watched
            implements Watch, ManagedSelector.SelectorUpdate, ManagedSelector.Selectable, Closeable {
        private final SocketChannel channel;
        private final Watcher watcher;
        private final Runnable readable;

        /** Null before the channel is registered. */
        @GuardedBy("this")
        private @Nullable SelectionKey key;

        private volatile boolean hasEnded;

        Watched(SocketChannel channel, Watcher watcher) {
            this.channel = channel;
            this.watcher = watcher;
            this.readable = watcher::readable;
        }

        @Override
        public void update(Selector from) {
            if (!register(from)) {
                tell();
            }
        }

        /** Returns false if there is nothing that can be watched. */
        private synchronized boolean register(Selector from) {
            if (!hasEnded) {
                try {
                    key = channel.register(from, SelectionKey.OP_READ, this);
                } catch (CancelledKeyException e) {
                    // The next selection forgets the watch that the channel had before.
                    selector.submit(this);
                } catch (ClosedChannelException e) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public @Nullable Runnable onSelected() {
            tell();
            return null;
        }

        private void tell() {
            call(readable);
        }

        private void call(Runnable news) {
            if (hasEnded) {
                return;
            }
            enter();
            try {
                news.run();
            } catch (RuntimeException | Error e) {
                LOG.error("Serving a connection to Redis failed unexpectedly", e);
            } finally {
                leave();
                end.workedBesides();
            }
        }

        @Override
        public void updateKey() {}

        @Override
        public synchronized void replaceKey(SelectionKey newKey) {
            key = newKey;
        }

        @Override
        public void close() {
            call(watcher::loopEnded);
        }

        @Override
        public void look() {
            selector.submit(ignored -> tell());
        }

        @Override
        public synchronized void end() {
            hasEnded = true;
            if (key != null) {
                key.cancel();
            }
        }
    }
}
