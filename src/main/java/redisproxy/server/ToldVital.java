package redisproxy.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;

/** Tells when a vital has been lost for some seconds, and when it is back. */
final class ToldVital implements Vital {
    /** A garbage collection, or a burst of work, is not worth a line. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Vital vital;
    private final Duration limit;
    private final EventLog log;
    private final Outage outage;
    private long wellNanos;

    /**
     * Makes what asks that vital.
     *
     * @param limit after which time of a loss the proxy ends
     */
    ToldVital(Vital vital, Duration limit, EventLog log) {
        this.vital = vital;
        this.limit = limit;
        this.log = log;
        this.outage = new Outage(log, "redis-proxy");
        this.wellNanos = log.nanos();
    }

    @Override
    public @Nullable String lost() {
        String lost = vital.lost();
        long now = log.nanos();
        if (lost == null) {
            wellNanos = now;
            outage.end(EventKind.VITAL_BACK, "What was lost is back", /* costInWords= */ requests -> "");
        } else if (now - wellNanos >= PATIENCE.toNanos()) {
            outage.begin(
                    EventKind.VITAL_LOST,
                    "Lost for %d s: %s; the proxy ends if it is lost for %d s"
                            .formatted(PATIENCE.toSeconds(), lost, limit.toSeconds()));
        }
        return lost;
    }
}
