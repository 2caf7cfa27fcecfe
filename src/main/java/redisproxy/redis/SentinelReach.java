package redisproxy.redis;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;

/**
 * Which Sentinels tell the master at present, and why the others do not. Tells once that none does, and once that one does
 * again. Changed by one thread at a time; {@link #failure} and {@link #telling} may be called by any.
 */
final class SentinelReach {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelReach.class);

    private static final String NONE = "";

    /** Why a Sentinel tells no master; {@link #NONE} if it does. Without those that have not been asked yet. */
    private final Map<NodeAddress, String> failures = new HashMap<>();

    private final Outage outage;
    private volatile int telling;
    private volatile @Nullable String failure;

    /** Makes what is told of the Sentinels that know a master by this name. */
    SentinelReach(String masterName, EventLog log) {
        this.outage = new Outage(log, masterName);
    }

    /** A Sentinel, one of so many, tells the master. */
    void tells(NodeAddress sentinel, int known) {
        failures.put(sentinel, NONE);
        count();
        failure = null;
        outage.end(EventKind.SENTINELS_BACK, "A Sentinel tells the master again, %d of %d".formatted(telling, known));
    }

    /**
     * A Sentinel, one of so many, does not tell the master.
     *
     * @param master the last that was told, or null if none has been
     */
    void fails(NodeAddress sentinel, String why, int known, @Nullable NodeAddress master) {
        LOG.debug("{}", why);
        failures.put(sentinel, why);
        count();
        if (telling > 0 || failures.size() < known) {
            return;
        }
        String consequence = master == null
                ? "requests for keys that are not cached are refused until one does"
                : "the last master, at %s, goes on being used".formatted(master);
        outage.begin(
                EventKind.SENTINELS_LOST,
                "No Sentinel tells the master; the last that was asked: %s; %s".formatted(why, consequence));
        failure = why;
    }

    /** So many requests have failed for want of a master. May be called by any thread. */
    void failed(int requests) {
        outage.cost(requests);
    }

    void forget(NodeAddress sentinel) {
        failures.remove(sentinel);
        count();
    }

    private void count() {
        telling = (int) failures.values().stream().filter(NONE::equals).count();
    }

    /** Returns whether a Sentinel has been asked in vain. */
    boolean hasFailed(NodeAddress sentinel) {
        return !failures.getOrDefault(sentinel, NONE).equals(NONE);
    }

    /** Returns how many tell the master. */
    int telling() {
        return telling;
    }

    /** Returns why no Sentinel tells the master, or null if one does or has not been asked yet. */
    @Nullable
    String failure() {
        return failure;
    }
}
