package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class PulseTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Test
    void isLostUntilTheTaskHasRun() {
        Pulse pulse = new Pulse("a selector", tasks::add);
        assertThat(pulse.lost()).isNull();
        assertThat(pulse.lost()).isEqualTo("a selector");
        assertThat(pulse.lost()).isEqualTo("a selector");
        assertThat(tasks).as("one task at a time").hasSize(1);
        tasks.remove().run();
        assertThat(pulse.lost()).isNull();
    }

    @Test
    void isLostIfTheTaskIsNotTakenOver() {
        Pulse pulse = new Pulse("the pool", task -> {
            throw new RejectedExecutionException();
        });
        assertThat(pulse.lost()).isEqualTo("the pool");
        assertThat(pulse.lost()).isEqualTo("the pool");
    }
}
