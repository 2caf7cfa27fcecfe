package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PortVitalsTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    @BeforeEach
    void start() throws Exception {
        connector.setName("resp");
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void nothingIsLostOfAPortThatServes() {
        List<Vital> vitals = PortVitals.of(connector);
        assertThat(vitals).hasSize(2);
        awaitLost(vitals, null);
        assertThat(PortVitals.of(server.getThreadPool()).lost()).isNull();
    }

    @Test
    void anAcceptorThatEndedIsLost() {
        awaitLost(PortVitals.of(connector), null);
        Thread acceptor = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith(connector.toString()))
                .findAny()
                .orElseThrow();
        acceptor.interrupt();
        awaitLost(PortVitals.of(connector), "the acceptor of the RESP port");
    }

    @Test
    void aSelectorThatDoesNotGoOnIsLost() {
        CountDownLatch goesOn = new CountDownLatch(1);
        ManagedSelector selector = connector
                .getSelectorManager()
                .getBeans(ManagedSelector.class)
                .iterator()
                .next();
        selector.submit(ignored -> awaitUninterruptibly(goesOn));
        List<Vital> vitals = PortVitals.of(connector);
        awaitLost(vitals, "a selector of the RESP port");
        goesOn.countDown();
        awaitLost(vitals, null);
    }

    @Test
    void aThreadPoolThatHasStoppedIsLost() throws Exception {
        Vital pool = PortVitals.of(server.getThreadPool());
        server.stop();
        assertThat(pool.lost()).isEqualTo("the thread pool of the ports");
    }

    private static void awaitLost(List<Vital> vitals, String name) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String lost = lost(vitals);
        while (!Objects.equals(lost, name) && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
            lost = lost(vitals);
        }
        assertThat(lost).isEqualTo(name);
    }

    private static String lost(List<Vital> vitals) {
        return vitals.stream()
                .map(Vital::lost)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
