package redisproxy.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Looks at once and then in short steps until a condition holds, for a bounded time. */
public final class Polling {
    private static final Duration STEP = Duration.ofMillis(5);

    private Polling() {}

    public static ConditionFactory atMost(Duration time) {
        return Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(STEP)
                .atMost(time);
    }
}
