package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.TrackingStatus;

/**
 * What is known of one server that keys may be read from: its answers to {@link HealthRequest}, and its failures. Thread-safe; no
 * method blocks.
 */
final class ServerHealth implements HealthRequest.Listener {
    /** How much of the mean round trip the last one makes up. */
    private static final double WEIGHT_OF_LAST = 0.25;

    /** For so long a server that reports writes is believed to get them though it does not tell its part in replication. */
    private static final Duration LONGEST_UNTOLD = Duration.ofSeconds(2);

    private final RedisNode node;
    private final Runnable onChange;

    @GuardedBy("this")
    private @Nullable Replication replication;

    /** When it told that, or this was made. */
    @GuardedBy("this")
    private long toldNanos = System.nanoTime();

    @GuardedBy("this")
    private long roundTripNanos;

    @GuardedBy("this")
    private @Nullable String zone;

    /** What has gone wrong since the last answer. */
    @GuardedBy("this")
    private @Nullable Problem failure;

    /** When it was asked what it has not answered. */
    @GuardedBy("this")
    private long askedNanos;

    @GuardedBy("this")
    private boolean isAsked;

    /**
     * Why a server is not read from.
     *
     * @param why in words; the server is the subject
     * @param isToLeave whether what was asked of it is asked of others, and what was kept of its values is dropped
     */
    record Problem(String why, boolean isToLeave) {
        /** The server has not answered yet. */
        static final Problem UNKNOWN = new Problem("it has not answered yet", /* isToLeave= */ false);

        /** Its master has not answered yet. */
        static final Problem OF_UNKNOWN = new Problem("its master has not answered INFO yet", /* isToLeave= */ false);
    }

    /** Nothing is known yet. {@code onChange} is called when what is known has changed, on any thread, and must not block. */
    ServerHealth(RedisNode node, Runnable onChange) {
        this.node = node;
        this.onChange = onChange;
    }

    /** Returns whether this is about that node, and not about one that was at the same address before. */
    boolean isOf(RedisNode other) {
        return node == other;
    }

    /* --------------- What is known --------------- */

    /** Returns the id of the writes that the server had when it answered last, or null if it has not answered yet. */
    synchronized @Nullable String history() {
        return replication == null ? null : replication.history();
    }

    /** Returns what has gone wrong since the last answer, or null if nothing has. */
    synchronized @Nullable Problem failure() {
        return failure;
    }

    synchronized boolean isIn(String wanted) {
        return wanted.equals(zone);
    }

    synchronized long roundTripNanos() {
        return roundTripNanos;
    }

    /** Returns why the server is not read from as a master, or null if it may be. */
    synchronized @Nullable Problem asMaster() {
        if (replication != null && failure == null && !replication.isMaster()) {
            return new Problem("it is a replica", /* isToLeave= */ false);
        }
        return common();
    }

    /**
     * Returns why the server is not read from as a replica, or null if it may be.
     *
     * @param history the id of the writes of its master, or null if that has not answered yet
     * @param readsDisconnected whether it may be read from while its link to its master is down
     */
    synchronized @Nullable Problem asReplica(@Nullable String history, boolean readsDisconnected) {
        if (failure != null && failure.isToLeave()) {
            return failure;
        }
        // That it fails since then does not undo what it has told.
        Problem loss = replication == null ? null : lossOfMaster(replication, readsDisconnected);
        if (loss != null) {
            return loss;
        }
        Problem problem = common();
        if (problem != null || replication == null) {
            return problem;
        }
        if (history != null) {
            return history.equals(replication.history())
                    ? null
                    : new Problem("it copies another master", /* isToLeave= */ true);
        }
        // Without its link it cannot copy another master now.
        return replication.isLinked() ? Problem.OF_UNKNOWN : null;
    }

    private static @Nullable Problem lossOfMaster(Replication told, boolean readsDisconnected) {
        if (told.isMaster()) {
            return new Problem("it is a master", /* isToLeave= */ true);
        }
        if (!told.hasCopied()) {
            return new Problem("it has not copied its master yet", /* isToLeave= */ true);
        }
        return told.isLinked() || readsDisconnected
                ? null
                : new Problem("its link to its master is down", /* isToLeave= */ true);
    }

    @GuardedBy("this")
    private @Nullable Problem common() {
        if (failure != null) {
            return failure;
        }
        return replication == null ? Problem.UNKNOWN : null;
    }

    /* --------------- Asking --------------- */

    /**
     * Looks whether the server owes an answer for longer than {@code patience}, and has answered nobody else meanwhile: then it
     * has failed. If it owes none, asks it. A server that has failed for a while and reports writes nevertheless may not get them:
     * so it is left.
     *
     * @param isDue whether to ask it
     */
    void look(boolean isDue, boolean asksZone, Duration patience) {
        boolean reports = node.tracking().state() == TrackingStatus.State.TRACKING;
        synchronized (this) {
            long untoldNanos = System.nanoTime() - toldNanos;
            if (reports && failure != null && untoldNanos >= LONGEST_UNTOLD.toNanos()) {
                boolean unused = fail(new Problem(
                        "%s; it has told nothing of its part in replication for %s s"
                                .formatted(failure.why(), Failures.seconds(LONGEST_UNTOLD)),
                        /* isToLeave= */ true));
            }
            if (isAsked) {
                if (System.nanoTime() - askedNanos >= patience.toNanos() && node.isSilentFor(patience)) {
                    boolean unused = fail(new Problem(
                            "it has not answered for %s s".formatted(Failures.seconds(patience)),
                            /* isToLeave= */ true));
                }
                return;
            }
            if (!isDue) {
                return;
            }
            isAsked = true;
            askedNanos = System.nanoTime();
        }
        if (!node.tryTake(List.of(new HealthRequest(asksZone, this)))) {
            failed("it cannot be reached");
        }
    }

    @Override
    public void told(Replication told, long tookNanos, @Nullable String toldZone) {
        boolean isNews;
        synchronized (this) {
            isAsked = false;
            roundTripNanos = replication == null
                    ? tookNanos
                    : Math.round(roundTripNanos + WEIGHT_OF_LAST * (tookNanos - roundTripNanos));
            isNews = failure != null || !told.equals(replication) || (toldZone != null && !toldZone.equals(zone));
            replication = told;
            toldNanos = System.nanoTime();
            failure = null;
            zone = toldZone == null ? zone : toldZone;
        }
        if (isNews) {
            onChange.run();
        }
    }

    @Override
    public void failed(String why) {
        synchronized (this) {
            isAsked = false;
        }
        boolean unused = suspect(why);
    }

    /** The server is not read from until it answers again. Returns whether it may have been. */
    synchronized boolean suspect(String why) {
        return fail(new Problem(why, /* isToLeave= */ false));
    }

    /** There is a problem until the server answers again. Returns whether that is news. */
    synchronized boolean fail(Problem problem) {
        boolean isNews = failure == null || (problem.isToLeave() && !failure.isToLeave());
        if (isNews) {
            failure = problem;
            onChange.run();
        }
        return isNews;
    }
}
