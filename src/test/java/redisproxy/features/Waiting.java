package redisproxy.features;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Polls in short steps until a condition holds, for a bounded time. */
final class Waiting {
    private static final Duration STEP = Duration.ofMillis(10);

    private Waiting() {}

    static ConditionFactory atMost(Duration time) {
        return Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(STEP)
                .atMost(time);
    }
}
