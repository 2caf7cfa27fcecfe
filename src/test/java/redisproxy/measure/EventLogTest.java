package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class EventLogTest {
    private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final List<Event> lines = new ArrayList<>();
    private final EventLog log = new EventLog(lines::add, () -> START.plusNanos(nanos.get()), nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private List<String> texts() {
        return lines.stream().map(Event::text).toList();
    }

    @Test
    void lineAndEventAreOne() {
        pass(Duration.ofSeconds(3));
        log.tell(EventKind.MASTER_CHANGED, "mymaster", "mymaster is at b now");
        assertThat(log.events().after(0)).isEqualTo(lines);
        assertThat(lines)
                .containsExactly(new Event(
                        1,
                        START.plusSeconds(3),
                        EventKind.MASTER_CHANGED,
                        "mymaster",
                        "mymaster is at b now",
                        null,
                        0));
        assertThat(lines.get(0).severity()).isEqualTo(EventKind.Severity.WARN);
        assertThat(lines.get(0).kind().label()).isEqualTo("master-changed");
    }

    @Test
    void readerAsksForWhatItHasNotSeen() {
        assertThat(log.events().last()).isZero();
        for (int i = 1; i <= 3; i++) {
            log.tell(EventKind.REDIS_FOUND, "a", "text " + i);
        }
        assertThat(log.events().last()).isEqualTo(3);
        assertThat(log.events().after(1)).extracting(Event::number).containsExactly(2L, 3L);
        assertThat(log.events().after(3)).isEmpty();
    }

    @Test
    void readerOfAnEarlierRunGetsAll() {
        log.tell(EventKind.REDIS_FOUND, "a", "text");
        assertThat(log.events().after(7)).hasSize(1);
        assertThat(log.events().run()).isNotEqualTo(new EventLog().events().run());
    }

    @Test
    void oldestEventsAreForgotten() {
        for (int i = 1; i <= 300; i++) {
            log.tell(EventKind.REDIS_FOUND, "a", "text " + i);
            pass(EventLog.PERIOD.dividedBy(10));
        }
        assertThat(log.events().last()).isEqualTo(300);
        assertThat(log.events().after(0))
                .hasSize(256)
                .first()
                .extracting(Event::text)
                .isEqualTo("text 45");
    }

    @Test
    void whatIsTooMuchIsCounted() {
        for (int i = 0; i < EventLog.MOST_IN_PERIOD + 500; i++) {
            log.tell(EventKind.SLOTS_MOVED, "cluster", "slots have moved");
            pass(Duration.ofMillis(10));
        }
        log.tell(EventKind.REDIS_FOUND, "a", "another kind");
        assertThat(lines).hasSize(EventLog.MOST_IN_PERIOD + 1);
        log.look();
        assertThat(lines).as("the minute is not over").hasSize(EventLog.MOST_IN_PERIOD + 1);
        pass(EventLog.PERIOD);
        log.look();
        log.look();
        assertThat(lines).hasSize(EventLog.MOST_IN_PERIOD + 2);
        Event last = lines.get(lines.size() - 1);
        assertThat(last.kind()).isEqualTo(EventKind.LEFT_OUT);
        assertThat(last.subject()).isEqualTo("slots-moved");
        assertThat(last.text()).isEqualTo("500 events of the kind slots-moved were left out within 65 s");
        log.tell(EventKind.SLOTS_MOVED, "cluster", "slots have moved again");
        assertThat(texts()).endsWith("slots have moved again");
    }

    @Test
    void nextLineOfAKindTellsWhatWasLeftOutBefore() {
        for (int i = 0; i < EventLog.MOST_IN_PERIOD + 2; i++) {
            log.tell(EventKind.SLOTS_MOVED, "cluster", "slots have moved");
        }
        pass(EventLog.PERIOD);
        log.tell(EventKind.SLOTS_MOVED, "cluster", "slots have moved again");
        assertThat(texts())
                .endsWith("2 events of the kind slots-moved were left out within 60 s", "slots have moved again");
    }

    @Test
    void textOfAServerEndsNoLine() {
        log.tell(EventKind.REDIS_ERROR, "a", "ERR a\r\n2026-11-27 WARNING: forged\u2028\u0085\u0000\u001b[31m");
        assertThat(texts()).containsExactly("ERR a 2026-11-27 WARNING: forged [31m");
    }
}
