package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import redisproxy.measure.Event;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/** Changes of state that are found by looking. */
final class StateWatchTest {
    private final AtomicLong nanos = new AtomicLong();
    private final List<Event> told = new ArrayList<>();
    private final EventLog log = new EventLog(told::add, InstantSource.system(), nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<String> texts() {
        return told.stream().map(Event::text).toList();
    }

    @Test
    void refusalsAreTwoLinesHoweverMany() {
        AtomicLong count = new AtomicLong();
        Refusals.Look look = new Refusals.Look(Refusals.beyondLimit("RESP connections", "9 are open", count::get), log);
        for (int second = 0; second < 10; second++) {
            look.look();
            pass(Duration.ofSeconds(1));
        }
        assertThat(told).isEmpty();
        for (int second = 0; second < 10; second++) {
            count.addAndGet(100);
            look.look();
            pass(Duration.ofSeconds(1));
        }
        assertThat(texts()).containsExactly("RESP connections are refused: 9 are open");
        for (int second = 0; second < 10; second++) {
            look.look();
            pass(Duration.ofSeconds(1));
        }
        assertThat(texts())
                .containsExactly(
                        "RESP connections are refused: 9 are open",
                        "RESP connections are refused no longer, after 14.0 s; 1000 were refused");
        assertThat(told.get(1).requests()).isEqualTo(1_000);
    }

    @Test
    void clientsClosedForMemoryAreTold() {
        AtomicLong count = new AtomicLong();
        Refusals.Look look = new Refusals.Look(Refusals.forMemory(count::get), log);
        count.set(1);
        look.look();
        pass(Refusals.QUIET);
        look.look();
        assertThat(told).extracting(Event::kind).containsExactly(EventKind.MEMORY_SHORT, EventKind.MEMORY_BACK);
        assertThat(texts()).endsWith("Clients are closed for want of memory no longer, after 5.0 s; 1 was closed");
    }

    @Test
    void vitalThatIsLostForLongIsTold() {
        AtomicReference<String> lost = new AtomicReference<>();
        ToldVital vital = new ToldVital(lost::get, Duration.ofSeconds(30), log);
        assertThat(vital.lost()).isNull();
        lost.set("a selector");
        for (int second = 0; second < 4; second++) {
            pass(Duration.ofSeconds(1));
            assertThat(vital.lost()).isEqualTo("a selector");
        }
        assertThat(told).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(vital.lost()).isEqualTo("a selector");
        pass(Duration.ofSeconds(2));
        lost.set(null);
        assertThat(vital.lost()).isNull();
        assertThat(texts())
                .containsExactly(
                        "Lost for 5 s: a selector; the proxy ends if it is lost for 30 s",
                        "What was lost is back, after 2.0 s");
    }
}
