package redisproxy.redis;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which server each Sentinel says is the master, and which of them is believed. Each change of the master has an epoch, a
 * number that is greater than the one before. Not thread-safe.
 */
final class Opinions {
    /*
     * A Sentinel that was cut off, or has slept, tells an old master until the others have told it the new one. So an older
     * epoch than the one that is believed is not. Sentinels that were set up anew begin with epoch 0, however: an older epoch is
     * believed when most Sentinels tell it and none has told the newer one for a while. What no Sentinel contradicts is believed
     * on, and so is the last master when no Sentinel can be asked.
     */
    static final Duration OLD_EPOCH_REFUSED = Duration.ofSeconds(5);

    private final Map<NodeAddress, Opinion> bySentinel = new HashMap<>();

    private @Nullable Opinion believed;

    /** When the master that is believed was last told. */
    private long toldNanos;

    /**
     * What a Sentinel says.
     *
     * @param epoch of the change that made it the master
     */
    record Opinion(NodeAddress master, long epoch) {}

    /** Returns the master that is believed; null if none has been told. */
    @Nullable
    NodeAddress master() {
        return believed == null ? null : believed.master;
    }

    /** A Sentinel has told a master; {@code known} is the number of Sentinels. */
    void tell(NodeAddress sentinel, Opinion opinion, int known, long nowNanos) {
        bySentinel.put(sentinel, opinion);
        Opinion former = believed;
        Comparator<Opinion> byEpoch = Comparator.comparingLong(Opinion::epoch);
        Opinion newest = bySentinel.values().stream()
                .max(byEpoch.thenComparing(each -> former != null && each.master.equals(former.master)))
                .orElseThrow();
        if (former == null || newest.epoch >= former.epoch || newest.master.equals(former.master)) {
            believe(newest, nowNanos);
        } else if (nowNanos - toldNanos >= OLD_EPOCH_REFUSED.toNanos() && isOfMost(newest, known)) {
            believe(newest, nowNanos);
        }
    }

    /** A replica has been seen to be a master, as which the Sentinels will tell it soon, with the next epoch. */
    void promoted(NodeAddress master, long nowNanos) {
        Opinion former = believed;
        if (former == null || !former.master.equals(master)) {
            believe(new Opinion(master, former == null ? 0 : former.epoch + 1), nowNanos);
        }
    }

    /** A Sentinel tells no master any more. */
    void forget(NodeAddress sentinel) {
        bySentinel.remove(sentinel);
    }

    private boolean isOfMost(Opinion opinion, int known) {
        return 2 * bySentinel.values().stream().filter(opinion::equals).count() > known;
    }

    private void believe(Opinion opinion, long nowNanos) {
        believed = opinion;
        toldNanos = nowNanos;
    }
}
