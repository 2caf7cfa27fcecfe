package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HeadReadsTest {
    private final HeadReads reads = new HeadReads(1);
    private final List<String> done = new ArrayList<>();

    @Test
    void readsInOrderOnTheThreadThatIsReading() {
        reads.run(() -> {
            reads.run(read("second"));
            reads.run(read("third"));
            done.add("first");
        });
        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void aThreadIsFreeAgainAfterTheLastRead() {
        reads.run(read("first"));
        reads.run(read("second"));
        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void asManyThreadsReadAsAllowed() {
        HeadReads two = new HeadReads(2);
        two.run(() -> {
            two.run(read("beside"));
            done.add("first");
        });
        assertThat(done).containsExactly("beside", "first");
    }

    @Test
    void aClosedConnectionIsNotReadAnyMore() {
        Runnable closed = read("closed");
        reads.run(() -> {
            reads.run(closed);
            reads.run(read("open"));
            reads.forget(closed);
        });
        assertThat(done).containsExactly("open");
    }

    @Test
    void othersAreReadAfterAFailure() {
        reads.run(() -> {
            reads.run(read("second"));
            throw new IllegalStateException("a failure of this test");
        });
        reads.run(read("third"));
        assertThat(done).containsExactly("second", "third");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 200, 4",
        "2, 200, 8",
        "12, 200, 48",
        "13, 200, 50",
        "50, 200, 50",
        "192, 200, 50",
        "192, 8, 2",
        "4, 2, 1"
    })
    void mostThreadsOfThePoolAreLeftToOthers(int processors, int pool, int expected) {
        assertThat(HeadReads.of(processors, new QueuedThreadPool(pool, 1)).mostThreads())
                .isEqualTo(expected);
    }

    private Runnable read(String name) {
        return () -> done.add(name);
    }
}
