package redisproxy.redis;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/** Says once that Redis cannot be reached, and once that it answers again. Thread-safe. */
final class Reachability {
    private final Logger log;
    private final String address;
    private final AtomicBoolean reported = new AtomicBoolean();

    Reachability(Logger log, String address) {
        this.log = log;
        this.address = address;
    }

    void answered() {
        if (reported.get() && reported.compareAndSet(true, false)) {
            log.info("Redis at {} answers again", address);
        }
    }

    void failed(String cause) {
        if (reported.compareAndSet(false, true)) {
            log.warn("{}; requests for keys that are not cached are refused until it answers", cause);
        }
    }
}
