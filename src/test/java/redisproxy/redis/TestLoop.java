package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import redisproxy.testkit.Address;
import redisproxy.upstream.CommandCatalog;
import redisproxy.upstream.EventLoop;
import redisproxy.upstream.LoopMember;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.Relay;

/** An event loop on a thread of its own. */
final class TestLoop implements EventLoop, AutoCloseable {
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger watches = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "test-loop");
    private final List<Runnable> atEnd = new ArrayList<>();
    private volatile boolean isClosed;

    TestLoop() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns how many watches have been begun. */
    int watches() {
        return watches.get();
    }

    Thread thread() {
        return thread;
    }

    private void run() {
        try {
            while (!isClosed) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    ((Watched) key.attachment()).tell();
                }
                selector.selectedKeys().clear();
                // What tasks add is for after the next selection, which some of them wait for.
                for (int present = tasks.size(); present > 0; present--) {
                    tasks.remove().run();
                }
                for (int i = 0; i < atEnd.size(); i++) {
                    atEnd.get(i).run();
                }
                atEnd.clear();
            }
            List.copyOf(selector.keys()).forEach(key -> ((Watched) key.attachment()).loopEnded());
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Has something done on the loop's thread, and waits for that. */
    void call(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        execute(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        done.join();
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void atEnd(Runnable last) {
        atEnd.add(last);
    }

    @Override
    public Watch watch(SocketChannel channel, Watcher watcher) {
        Watched watched = new Watched(channel, watcher);
        execute(watched::register);
        return watched;
    }

    private final class Watched implements Watch {
        private final SocketChannel channel;
        private final Watcher watcher;
        private SelectionKey key;
        private boolean hasEnded;

        Watched(SocketChannel channel, Watcher watcher) {
            this.channel = channel;
            this.watcher = watcher;
        }

        private synchronized void register() {
            try {
                if (!hasEnded) {
                    key = channel.register(selector, SelectionKey.OP_READ, this);
                    watches.incrementAndGet();
                }
            } catch (CancelledKeyException e) {
                execute(this::register);
            } catch (ClosedChannelException e) {
                execute(this::tell);
            }
        }

        private synchronized boolean hasEnded() {
            return hasEnded;
        }

        void tell() {
            if (!hasEnded()) {
                watcher.readable();
            }
        }

        void loopEnded() {
            if (!hasEnded()) {
                watcher.loopEnded();
            }
        }

        @Override
        public void look() {
            execute(this::tell);
        }

        @Override
        public synchronized void end() {
            hasEnded = true;
            if (key != null) {
                key.cancel();
            }
        }
    }

    /**
     * Returns a relay that passes commands on by the loop's thread, once the loop has the connection for small ones, if it gets that.
     */
    Relay relay(Relay relay) {
        return new Member(relay);
    }

    private final class Member implements Relay, LoopMember {
        private final Relay relay;

        Member(Relay relay) {
            this.relay = relay;
        }

        @Override
        public EventLoop loop() {
            return TestLoop.this;
        }

        @Override
        public void pass(List<PassedCommand> commands) {
            call(() -> relay.pass(commands));
        }

        @Override
        public boolean isCluster() {
            return relay.isCluster();
        }

        @Override
        public @Nullable String version() {
            return relay.version();
        }

        @Override
        public CommandCatalog commands() {
            return relay.commands();
        }

        @Override
        public void readCommandsAnew() {
            relay.readCommandsAnew();
        }

        @Override
        public PinnedConnection pin(byte @Nullable [] key, boolean isResp3, int database, PinListener listener) {
            return relay.pin(key, isResp3, database, listener);
        }
    }

    /** Has the loop get the connection for small commands of a client, by a first one, to which the server has to reply. */
    void warmUp(Passed.Client client) {
        int before = watches();
        Passed ping = new Passed(client);
        client.relay()
                .pass(List.of(new PassedCommand(
                        "*1\r\n$4\r\nPING\r\n".getBytes(ISO_8859_1),
                        null,
                        client.lane(),
                        client.isResp3(),
                        true,
                        System.nanoTime(),
                        ping)));
        ping.get();
        await().atMost(Address.PATIENCE).until(() -> watches() > before);
    }

    @Override
    public void close() {
        isClosed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
