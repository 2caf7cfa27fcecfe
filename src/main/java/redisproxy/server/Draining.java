package redisproxy.server;

import java.time.Duration;

/** How long a stop waits for what is in process. */
final class Draining {
    /** What waits for a load is answered by its timeout; then it has to be written. */
    private static final Duration BEYOND_LOAD = Duration.ofSeconds(1);

    private static final Duration MOST = Duration.ofSeconds(30);

    private Draining() {}

    static Duration limit(Duration loadTimeout) {
        Duration wanted = loadTimeout.plus(BEYOND_LOAD);
        return wanted.compareTo(MOST) < 0 ? wanted : MOST;
    }
}
