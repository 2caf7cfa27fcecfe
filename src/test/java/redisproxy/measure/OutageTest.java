package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OutageTest {
    private final AtomicLong nanos = new AtomicLong();
    private final List<Event> told = new ArrayList<>();
    private final EventLog log = new EventLog(told::add, InstantSource.system(), nanos::get);
    private final Outage outage = new Outage(log, "a");

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<String> texts() {
        return told.stream().map(Event::text).toList();
    }

    @Test
    void endTellsSinceWhenAndWhatItHasCost() {
        outage.cost(7);
        for (int i = 0; i < 3; i++) {
            outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable");
            outage.cost(100);
            pass(Duration.ofMillis(1_500));
        }
        assertThat(outage.soFar(", which had not answered for "))
                .isEqualTo(", which had not answered for 4.5 s; 300 requests failed meanwhile");
        outage.end(EventKind.REDIS_BACK, "a answers again");
        outage.end(EventKind.REDIS_BACK, "a answers again");
        assertThat(texts())
                .containsExactly("a is unreachable", "a answers again, after 4.5 s; 300 requests failed meanwhile");
        assertThat(told.get(1).lasted()).isEqualTo(Duration.ofMillis(4_500));
        assertThat(told.get(1).requests()).isEqualTo(300);
        assertThat(outage.soFar("for ")).isEmpty();
    }

    @Test
    void nextOutageIsCountedAnew() {
        for (int i = 0; i < 2; i++) {
            outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable");
            outage.cost(1);
            pass(Duration.ofMillis(20));
            outage.end(EventKind.REDIS_BACK, "a answers again");
            pass(Duration.ofHours(1));
        }
        assertThat(texts().get(3)).isEqualTo("a answers again, after 0.020 s; 1 request failed meanwhile");
    }

    @Test
    void costInOtherWords() {
        outage.begin(EventKind.TRACKING_LOST, "tracking is lost");
        outage.cost(5);
        outage.end(EventKind.TRACKING_CONFIRMED, "tracking is back", count -> "; " + count + " not cached");
        assertThat(texts()).endsWith("tracking is back, after 0.000 s; 5 not cached");
    }

    @Test
    void worseIsToldAndMilderIsNot() {
        outage.beginMildly(EventKind.REDIS_FAILING, "a connection broke");
        outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable");
        outage.beginMildly(EventKind.REDIS_FAILING, "another connection broke");
        outage.end(EventKind.REDIS_BACK, "a answers again");
        outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable again");
        outage.beginMildly(EventKind.REDIS_FAILING, "a connection broke");
        assertThat(told)
                .extracting(Event::kind)
                .containsExactly(
                        EventKind.REDIS_FAILING,
                        EventKind.REDIS_UNREACHABLE,
                        EventKind.REDIS_BACK,
                        EventKind.REDIS_UNREACHABLE);
    }

    /** What comes and goes is told a bounded number of times, and an end only of what was told. */
    @Test
    void floodIsBounded() {
        int outages = 1_000;
        for (int i = 0; i < outages; i++) {
            outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable");
            outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable");
            outage.end(EventKind.REDIS_BACK, "a answers again");
        }
        assertThat(told).hasSize(2 * EventLog.MOST_IN_PERIOD);
        pass(EventLog.PERIOD);
        log.look();
        assertThat(texts())
                .endsWith("%d events of the kind redis-unreachable were left out within 60 s"
                        .formatted(outages - EventLog.MOST_IN_PERIOD));
    }

    /** Nobody is left to believe that all is well. */
    @Test
    void outageThatGoesOnIsToldOnceItMayBe() {
        for (int i = 0; i < EventLog.MOST_IN_PERIOD; i++) {
            log.tell(EventKind.REDIS_UNREACHABLE, "b", "b is unreachable");
        }
        outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable");
        assertThat(outage.isTold()).isFalse();
        assertThat(outage.isUnderWay()).isTrue();
        pass(EventLog.PERIOD);
        outage.begin(EventKind.REDIS_UNREACHABLE, "a is unreachable");
        outage.end(EventKind.REDIS_BACK, "a answers again");
        assertThat(texts())
                .endsWith("a is unreachable", "a answers again, after 1 min 0 s; no request failed meanwhile");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.0004S, 0.000 s",
        "PT0.25S, 0.250 s",
        "PT1S, 1.0 s",
        "PT59.94S, 59.9 s",
        "PT60S, 1 min 0 s",
        "PT59M59S, 59 min 59 s",
        "PT49H5M, 49 h 5 min"
    })
    void durationsInWords(Duration duration, String words) {
        assertThat(Outage.inWords(duration)).isEqualTo(words);
    }
}
