package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.failsafe.RateLimiter;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Ticker;

/**
 * Whether a Cluster serves as a whole, by what its nodes say. Logs once that it does not, and once that it does again.
 * Thread-safe; no method blocks.
 */
final class ClusterHealth {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterHealth.class);

    /** A replica takes over within a second or two. Meanwhile requests are repeated, which saves those that come late in it. */
    static final Duration KNOWN_AFTER = Duration.ofSeconds(1);

    private static final int MOST_REPORTS = 5;
    private static final Duration REPORTS_PERIOD = Duration.ofSeconds(10);

    /** A Cluster that comes and goes is not worth a line each time. */
    private final RateLimiter<Object> mayReport =
            RateLimiter.burstyBuilder(MOST_REPORTS, REPORTS_PERIOD).build();

    private final Ticker ticker;

    /** Whether the nodes that were asked last found that the Cluster does not serve. */
    @GuardedBy("this")
    private boolean isDown;

    /** Since when. */
    @GuardedBy("this")
    private long downNanos;

    @GuardedBy("this")
    private boolean isReported;

    /** When a node refused a request last, because it found that the Cluster does not serve. */
    @GuardedBy("this")
    private long refusedNanos;

    @GuardedBy("this")
    private String detail = "";

    ClusterHealth(Ticker ticker) {
        this.ticker = ticker;
    }

    /** A node has refused a request because the Cluster does not serve; {@code why} says which one, in one line. */
    synchronized void refused(String why) {
        refusedNanos = ticker.nanos();
        report(why);
    }

    /** None of the nodes that were asked finds that the Cluster serves; {@code why} says what one told, in one line. */
    synchronized void down(String why) {
        if (!isDown) {
            isDown = true;
            downNanos = ticker.nanos();
        }
        detail = why;
        report(why);
    }

    @GuardedBy("this")
    private void report(String why) {
        if (!isReported && mayReport.tryAcquirePermit()) {
            isReported = true;
            LOG.warn("The Cluster does not serve: {}; requests that its nodes refuse fail until it does", why);
        }
    }

    /** A node finds that the Cluster serves. */
    synchronized void serves() {
        isDown = false;
        detail = "";
        // A node that is cut off from the others may find so while they do not, and the other way round.
        if (isReported && ticker.nanos() - refusedNanos >= KNOWN_AFTER.toNanos()) {
            isReported = false;
            LOG.info("The Cluster serves again");
        }
    }

    /** Returns whether the Cluster has not served for so long that a request is not repeated in the hope that it does. */
    synchronized boolean isKnownDown() {
        return isDown && ticker.nanos() - downNanos >= KNOWN_AFTER.toNanos();
    }

    /** Returns why the Cluster does not serve, in one line; empty if it does. */
    synchronized String detail() {
        return detail;
    }
}
