package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import redisproxy.measure.Event;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

final class HeldLinesTest {
    private final List<Event> written = new ArrayList<>();
    private final HeldLines lines = new HeldLines(written::add);
    private final EventLog log = new EventLog(lines);

    @Test
    void writesNothingBeforeItIsReleased() {
        log.tell(EventKind.REDIS_FOUND, "a", "one");
        log.tell(EventKind.REDIS_FOUND, "a", "two");
        assertThat(written).isEmpty();
        assertThat(log.events().after(0)).hasSize(2);

        lines.release();
        log.tell(EventKind.REDIS_FOUND, "a", "three");

        assertThat(written).extracting(Event::text).containsExactly("one", "two", "three");
    }
}
