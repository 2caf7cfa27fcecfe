package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class FlightTest {
    private final AtomicBoolean exhausted = new AtomicBoolean();
    private final HeldStore store = new HeldStore();
    private final ReadThroughCache cache =
            new ReadThroughCache(new CacheConfig(3, Duration.ofSeconds(1)), store, this::nanos);

    @Test
    void failsWhenTheValueCannotBeHeld() {
        store.holding = true;
        store.values.put("k", "v");
        Answer reader = Answer.read(cache, "k");
        exhausted.set(true);
        store.release();
        exhausted.set(false);
        assertThatThrownBy(reader::now).hasRootCauseMessage("no memory").hasStackTraceContaining("cannot be held");
        store.holding = false;
        assertThat(Answer.read(cache, "k").now()).isEqualTo("v");
    }

    @Test
    void answersTheOthersWhenOneThrows() {
        store.holding = true;
        store.values.put("k", "v");
        cache.load("k".getBytes(StandardCharsets.US_ASCII), new Answer() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {
                throw new IllegalStateException("a listener that breaks its word");
            }
        });
        Answer other = Answer.read(cache, "k");
        store.release();
        assertThat(other.now()).isEqualTo("v");
        assertThat(other.flushes).hasValue(1);
    }

    private long nanos() {
        if (exhausted.get()) {
            throw new OutOfMemoryError("no memory");
        }
        return System.nanoTime();
    }
}
