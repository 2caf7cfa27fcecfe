package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.Address;

final class ConnectionEventsTest {
    private static final int THREADS = 4;
    private static final int EVENTS = 20_000;

    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final ConnectionEvents events = new ConnectionEvents(this::work);
    private int runs;
    private int taken;
    private int failures;

    private void work() {
        if (working.getAndIncrement() != 0) {
            overlaps.incrementAndGet();
        }
        runs++;
        taken |= events.takeMarks();
        working.getAndDecrement();
        if (failures > 0) {
            failures--;
            events.raise();
            throw new IllegalStateException("the work fails");
        }
    }

    @Test
    void raisingThreadWorks() {
        events.raise();
        assertThat(runs).isOne();
    }

    @Test
    void marksAreTakenOnce() {
        events.mark(ConnectionEvents.DRAIN);
        assertThat(taken).isEqualTo(ConnectionEvents.DRAIN);
        assertThat(events.takeMarks()).isZero();
    }

    @Test
    void marksCollectWhileAThreadWorks() {
        assertThat(events.beginReadable()).isTrue();
        events.mark(ConnectionEvents.SWEPT);
        events.mark(ConnectionEvents.GONE);
        assertThat(runs).isZero();
        events.end();
        assertThat(runs).as("work for both marks").isOne();
        assertThat(taken).isEqualTo(ConnectionEvents.SWEPT | ConnectionEvents.GONE);
    }

    @Test
    void readableIsTakenOnce() {
        assertThat(events.beginReadable()).isTrue();
        assertThat(events.beginReadable()).as("a second working thread").isFalse();
        assertThat(events.takeReadable()).isTrue();
        assertThat(events.takeReadable()).isFalse();
    }

    @Test
    void workGoesOnAfterAFailure() {
        failures = 3;
        assertThatThrownBy(events::raise).isInstanceOf(IllegalStateException.class);
        assertThat(runs)
                .as("work for the first event and for those raised meanwhile")
                .isEqualTo(4);
        events.mark(ConnectionEvents.GONE);
        assertThat(taken).isEqualTo(ConnectionEvents.GONE);
    }

    @Test
    void oneThreadWorksAtATime() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int event = 0; event < EVENTS; event++) {
                    events.raise();
                }
                events.mark(ConnectionEvents.GONE);
            }));
        }
        threads.forEach(thread -> assertThat(thread).succeedsWithin(Address.PATIENCE));
        assertThat(overlaps).hasValue(0);
        assertThat(taken).isEqualTo(ConnectionEvents.GONE);
        assertThat(runs).isBetween(1, THREADS * (EVENTS + 1));
    }
}
