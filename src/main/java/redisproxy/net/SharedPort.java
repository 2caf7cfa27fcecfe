package redisproxy.net;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the connections of a port that another process may listen on at the same time ({@code SO_REUSEPORT}). The system gives
 * each of these processes connections of its own, and resets those that a process has not accepted when it closes the port. So at
 * the end all of them are accepted, and the port is closed right after that.
 *
 * <p>A connector calls {@link #open}, {@link #drain} and {@link #close} when it does so itself, and {@link #accept} on its one
 * acceptor. Does nothing for a port that is not shared. Thread-safe.
 */
public final class SharedPort {
    private static final Logger LOG = LoggerFactory.getLogger(SharedPort.class);

    /** Accepting what waits takes less than a millisecond, unless the machine is short of processors. */
    private static final long DRAIN_MILLIS = 1_000;

    private final Consumer<SocketChannel> accepted;
    private final CountDownLatch isDrained = new CountDownLatch(1);
    private volatile @Nullable Listening listening;
    private volatile boolean hasAcceptor;
    private volatile boolean isDraining;

    private record Listening(ServerSocketChannel channel, Selector selector) {}

    /**
     * @param accepted takes each connection over, not blocking; called on the acceptor's thread. Must not block
     */
    public SharedPort(Consumer<SocketChannel> accepted) {
        this.accepted = accepted;
    }

    /** Takes a channel that is bound. Nothing but this accepts from it any more. */
    public void open(ServerSocketChannel channel) throws IOException {
        if (listening == null) {
            Selector selector = Selector.open();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
            listening = new Listening(channel, selector);
        }
    }

    /**
     * Waits until there are connections, and accepts them all. Returns false at once if the port is not shared.
     *
     * @throws ClosedChannelException if the port is closed
     */
    public boolean accept() throws IOException {
        Listening open = listening;
        if (open == null) {
            return false;
        }
        if (!open.channel().isOpen()) {
            throw new ClosedChannelException();
        }
        hasAcceptor = true;
        if (!isDraining) {
            await(open.selector());
        }
        if (isDraining) {
            acceptLast(open);
        } else {
            acceptAll(open.channel());
        }
        return true;
    }

    private static void await(Selector selector) throws IOException {
        try {
            int unused = selector.select();
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new ClosedChannelException();
        }
    }

    private void acceptAll(ServerSocketChannel channel) throws IOException {
        SocketChannel next = channel.accept();
        while (next != null) {
            next.configureBlocking(false);
            accepted.accept(next);
            next = channel.accept();
        }
    }

    /** Accepts what waits and closes the port, with as little as possible in between: what comes then is reset. */
    private void acceptLast(Listening open) {
        try {
            // First: a channel that is registered does not close before its selector lets go of it.
            open.selector().close();
            acceptAll(open.channel());
        } catch (IOException e) {
            LOG.warn("Connections that waited to be accepted at the end are lost", e);
        } finally {
            IO.close(open.channel());
            isDrained.countDown();
        }
    }

    /** Has what waits accepted, then the port closed. Blocks until that is done, for a bounded time. */
    public void drain() {
        Listening open = listening;
        if (open == null || !hasAcceptor || !open.channel().isOpen()) {
            return;
        }
        isDraining = true;
        open.selector().wakeup();
        try {
            if (!isDrained.await(DRAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("{} is not accepted from; connections that wait are lost", open.channel());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the port if it is open. */
    public void close() {
        Listening open = listening;
        if (open != null) {
            IO.close(open.selector());
            IO.close(open.channel());
        }
    }
}
