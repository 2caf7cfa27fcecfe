package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class WatchdogTest {
    private static final Duration INTERVAL = Duration.ofMillis(1);
    private static final Duration LIMIT = INTERVAL.multipliedBy(3);
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    /** Each time that it is asked, one interval has passed. */
    private final AtomicLong clock = new AtomicLong();

    private Watchdog watchdog(Consumer<String> end) {
        return new Watchdog(INTERVAL, LIMIT, () -> clock.addAndGet(INTERVAL.toNanos()), end);
    }

    @Test
    void endsTheProxyIfALossLasts() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        try (Watchdog watchdog = watchdog(why -> ends.add(looks + ": " + why))) {
            watchdog.watch(List.of(() -> null, () -> {
                looks.incrementAndGet();
                return "the acceptor";
            }));
            assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("3: the acceptor has been lost for 0 s");
        }
    }

    @Test
    void triesAgainIfTheEndFails() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (Watchdog watchdog = watchdog(why -> {
            if (attempts.incrementAndGet() == 1) {
                throw new OutOfMemoryError("made by the test");
            }
            ends.add(why);
        })) {
            watchdog.watch(List.of(() -> "the acceptor"));
            assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).startsWith("the acceptor");
        }
    }

    @Test
    void countsALookThatFails() throws Exception {
        try (Watchdog watchdog = watchdog(ends::add)) {
            watchdog.watch(List.of(() -> {
                throw new OutOfMemoryError("made by the test");
            }));
            assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).startsWith("there is no memory");
        }
    }

    @Test
    void takesNoLossThatPassesForOneThatLasts() throws Exception {
        AtomicInteger look = new AtomicInteger();
        CountDownLatch looks = new CountDownLatch(100);
        try (Watchdog watchdog = watchdog(ends::add)) {
            watchdog.watch(List.of(() -> {
                looks.countDown();
                return look.incrementAndGet() % 2 == 0 ? null : "a selector";
            }));
            assertThat(looks.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(ends).isEmpty();
    }

    @Test
    void endsAProxyThatDoesNotStop() throws Exception {
        try (Watchdog watchdog = new Watchdog(Duration.ofHours(1), LIMIT, clock::incrementAndGet, ends::add)) {
            watchdog.watch(List.of(() -> null));
            watchdog.expectStopWithin(Duration.ofMillis(1));
            assertThat(ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).contains("has not stopped in time");
        }
    }

    @Test
    void looksForNothingElseWhileTheProxyStops() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        AtomicInteger looks = new AtomicInteger();
        try (Watchdog watchdog = watchdog(ends::add)) {
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
