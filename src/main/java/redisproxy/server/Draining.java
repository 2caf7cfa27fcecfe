package redisproxy.server;

import java.time.Duration;

/** How long a stop waits for requests in process. */
final class Draining {
    /** A request that waits for a load has its answer when the load times out; then the answer has to be written. */
    private static final Duration BEYOND_LOAD = Duration.ofSeconds(1);

    private static final Duration MOST = Duration.ofSeconds(30);

    private Draining() {}

    static Duration limit(Duration loadTimeout) {
        Duration wanted = loadTimeout.plus(BEYOND_LOAD);
        return wanted.compareTo(MOST) < 0 ? wanted : MOST;
    }
}
