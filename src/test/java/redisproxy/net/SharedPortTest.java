package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;

@Timeout(30)
final class SharedPortTest {
    private static final int CLIENTS = 100;

    private final LinkedBlockingQueue<SocketChannel> accepted = new LinkedBlockingQueue<>();
    private final List<Socket> clients = new ArrayList<>();
    private ServerSocketChannel channel;
    private InetSocketAddress address;

    @BeforeEach
    void bind() throws IOException {
        channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 2 * CLIENTS);
        address = (InetSocketAddress) channel.getLocalAddress();
    }

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        channel.close();
        for (SocketChannel each : accepted) {
            each.close();
        }
    }

    @Test
    void acceptsWhatComes() throws Exception {
        SharedPort port = new SharedPort(accepted::add);
        port.open(channel);
        CompletableFuture<Void> acceptor = acceptor(port);
        for (int i = 0; i < CLIENTS; i++) {
            connect();
            assertThat(accepted.take().isBlocking()).isFalse();
        }
        port.close();
        assertThat(acceptor).succeedsWithin(Address.PATIENCE);
    }

    @Test
    void acceptsWhatWaitsBeforeItCloses() throws Exception {
        CountDownLatch isBusy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        SharedPort port = new SharedPort(each -> {
            accepted.add(each);
            isBusy.countDown();
            pass(goOn);
        });
        port.open(channel);
        CompletableFuture<Void> acceptor = acceptor(port);
        connect();
        isBusy.await();
        CompletableFuture<Void> draining = runAlone(port::drain);
        for (int i = 1; i < CLIENTS; i++) {
            connect();
        }

        goOn.countDown();

        assertThat(draining).succeedsWithin(Address.PATIENCE);
        assertThat(accepted).hasSize(CLIENTS);
        assertThat(channel.isOpen()).isFalse();
        assertThat(acceptor).succeedsWithin(Address.PATIENCE);
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    }

    @Test
    void connectionsGoToTheOtherListenerOnceDrained() throws Exception {
        SharedPort port = new SharedPort(accepted::add);
        port.open(channel);
        CompletableFuture<Void> acceptor = acceptor(port);
        connect();
        accepted.take().close();
        try (ServerSocketChannel other = ServerSocketChannel.open()) {
            other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            other.bind(address, 2 * CLIENTS);
            port.drain();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(address.getAddress(), address.getPort()));
                other.accept().close();
            }
        }
        assertThat(acceptor).succeedsWithin(Address.PATIENCE);
    }

    @Test
    void doesNothingForAPortThatIsNotShared() throws Exception {
        SharedPort port = new SharedPort(accepted::add);
        port.drain();
        assertThat(port.accept()).isFalse();
        port.close();
        assertThat(channel.isOpen()).isTrue();
    }

    /** Accepts as Jetty's acceptors do, until the port is closed. */
    private static CompletableFuture<Void> acceptor(SharedPort port) {
        return runAlone(() -> {
            try {
                while (port.accept()) {
                    // The next one.
                }
            } catch (ClosedChannelException e) {
                // Done.
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** On a thread of its own: the common pool may have a single one. */
    private static CompletableFuture<Void> runAlone(Runnable task) {
        return CompletableFuture.runAsync(task, toRun -> new Thread(toRun).start());
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void connect() throws IOException {
        clients.add(new Socket(address.getAddress(), address.getPort()));
    }
}
