package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import redisproxy.cache.Ticker;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;

/**
 * Whether a Cluster serves as a whole, by what its nodes say. Tells once that it does not, and once that it does again.
 * Thread-safe; no method blocks.
 */
final class ClusterHealth {
    /** A replica takes over within a second or two. Meanwhile requests are repeated, which saves those that come late in it. */
    static final Duration KNOWN_AFTER = Duration.ofSeconds(1);

    private static final String SUBJECT = "cluster";

    private final Ticker ticker;
    private final Outage outage;

    /** Whether the nodes that were asked last found that the Cluster does not serve. */
    @GuardedBy("this")
    private boolean isDown;

    /** Since when. */
    @GuardedBy("this")
    private long downNanos;

    /** When a node refused a request last, because it found that the Cluster does not serve. */
    @GuardedBy("this")
    private long refusedNanos;

    @GuardedBy("this")
    private String detail = "";

    ClusterHealth(Ticker ticker, EventLog log) {
        this.ticker = ticker;
        this.outage = new Outage(log, SUBJECT);
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

    private void report(String why) {
        outage.begin(
                EventKind.CLUSTER_DOWN,
                "The Cluster does not serve: %s; requests that its nodes refuse fail until it does".formatted(why));
    }

    /** A request has failed for want of a node that answers it. */
    void failed() {
        outage.cost(1);
    }

    /** A node finds that the Cluster serves. */
    synchronized void serves() {
        isDown = false;
        detail = "";
        // A node that is cut off from the others may find so while they do not, and the other way round.
        if (outage.isUnderWay() && ticker.nanos() - refusedNanos >= KNOWN_AFTER.toNanos()) {
            outage.end(EventKind.CLUSTER_UP, "The Cluster serves again");
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
