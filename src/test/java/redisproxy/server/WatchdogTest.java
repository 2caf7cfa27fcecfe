package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class WatchdogTest {
    private static final Duration INTERVAL = Duration.ofMillis(1);
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Test
    void endsTheProxyOnceIfALossLasts() throws Exception {
        CountDownLatch looks = new CountDownLatch(50);
        try (Watchdog watchdog = new Watchdog(INTERVAL, 3, ends::add)) {
            watchdog.watch(List.of(() -> null, () -> {
                looks.countDown();
                return "the acceptor";
            }));
            assertThat(looks.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ends).hasSize(1).allMatch(why -> why.startsWith("the acceptor has not worked for"));
    }

    @Test
    void countsALookThatFails() throws Exception {
        try (Watchdog watchdog = new Watchdog(INTERVAL, 3, ends::add)) {
            watchdog.watch(List.of(() -> {
                throw new OutOfMemoryError("made by the test");
            }));
            assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).startsWith("memory has not worked");
        }
    }

    @Test
    void takesNoLossThatPassesForOneThatLasts() throws Exception {
        AtomicInteger look = new AtomicInteger();
        CountDownLatch looks = new CountDownLatch(100);
        try (Watchdog watchdog = new Watchdog(INTERVAL, 3, ends::add)) {
            watchdog.watch(List.of(() -> {
                looks.countDown();
                return look.incrementAndGet() % 3 == 0 ? null : "a selector";
            }));
            assertThat(looks.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ends).isEmpty();
    }

    @Test
    void endsAProxyThatDoesNotStop() throws Exception {
        try (Watchdog watchdog = new Watchdog(Duration.ofHours(1), 3, ends::add)) {
            watchdog.watch(List.of(() -> null));
            watchdog.expectStopWithin(Duration.ofMillis(1));
            assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).contains("has not stopped in time");
        }
    }

    @Test
    void looksForNothingElseWhileTheProxyStops() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        AtomicInteger looks = new AtomicInteger();
        try (Watchdog watchdog = new Watchdog(INTERVAL, 2, ends::add)) {
            watchdog.watch(List.of(() -> {
                if (looks.incrementAndGet() == 1) {
                    watchdog.expectStopWithin(Duration.ofHours(1));
                    stopping.countDown();
                }
                return "the acceptor";
            }));
            assertThat(stopping.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ends).isEmpty();
        assertThat(looks).hasValue(1);
    }
}
