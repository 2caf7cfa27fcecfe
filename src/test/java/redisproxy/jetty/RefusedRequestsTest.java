package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;

/** Jetty's threads and a connection whose request is refused, when the machine delays these threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RefusedRequestsTest {
    private static final int REQUESTS = 20;
    private static final Bytes TOO_LONG = Bytes.utf8("GET /" + "x".repeat(200_000));

    /** A second thread would give back the memory that the first one reads into, which may then be another client's. */
    @Test
    void oneThreadAtATimeReads() throws Exception {
        try (RunningConnector running = RunningConnector.start(REQUESTS);
                SlowReading reading = new SlowReading()) {
            for (int i = 0; i < REQUESTS; i++) {
                ask(running.address());
            }
            assertThat(reading.refused).hasSize(REQUESTS);
            assertThat(reading.together).isEmpty();
        }
    }

    private static void ask(Address address) {
        try (HttpConnection connection = HttpConnection.connect(address)) {
            connection.sendUntilRefused(TOO_LONG);
            connection.readToEnd();
        } catch (UncheckedIOException reset) {
            // A client that goes on after a refusal must expect this.
        }
    }

    /** Reads Jetty's log of what its threads do, and delays each thread that has just refused a request. */
    private static final class SlowReading extends Handler implements AutoCloseable {
        private static final Logger LOG =
                Logger.getLogger(org.eclipse.jetty.server.internal.HttpConnection.class.getName());
        private static final Pattern CONNECTION = Pattern.compile("JettyHttp1Connection@\\p{XDigit}+");
        private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

        final Set<String> refused = ConcurrentHashMap.newKeySet();
        final Queue<String> together = new ConcurrentLinkedQueue<>();
        private final ConcurrentHashMap<String, AtomicInteger> readers = new ConcurrentHashMap<>();

        SlowReading() {
            LOG.setUseParentHandlers(false);
            LOG.addHandler(this);
            LOG.setLevel(Level.FINE);
        }

        @Override
        public void publish(LogRecord record) {
            String message = record.getMessage();
            Matcher connection = CONNECTION.matcher(message);
            if (!connection.find()) {
                return;
            }
            AtomicInteger count = readers.computeIfAbsent(connection.group(), name -> new AtomicInteger());
            if (message.startsWith("onFillable enter") && count.incrementAndGet() > 1) {
                together.add(message);
            } else if (message.startsWith("onFillable exit")) {
                count.decrementAndGet();
            } else if (message.startsWith("badMessage")) {
                refused.add(connection.group());
            } else if (message.startsWith("parsed") && refused.contains(connection.group())) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            LOG.setLevel(null);
            LOG.removeHandler(this);
            LOG.setUseParentHandlers(true);
        }
    }
}
