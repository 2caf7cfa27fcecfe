package redisproxy.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;

/**
 * Finds out, on a thread of its own, which replicas may be read from, as {@link ReaderChoice} needs it. Each server is asked about
 * once per second, in the pipeline of its requests. Thread-safe; no method blocks.
 */
final class ReplicaWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaWatch.class);

    /** Why a request fails where nothing but replicas may be read from. */
    static final String NO_REPLICA =
            "no replica can be read from at present (READ_FROM=prefer-replica has the master answer meanwhile)";

    private static final long PERIOD_MILLIS = 1_000;

    /** How late an answer is noticed to be, at most. */
    private static final long LOOK_MILLIS = 100;

    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(1);

    private final ReadPolicy policy;
    private final LoadTimeout timeout;
    private final Supplier<Map<NodeAddress, RedisNode>> watched;
    private final Follower follower;
    private final Map<NodeAddress, ServerHealth> health = new ConcurrentHashMap<>();

    private final EventLog log;

    private final ReaderChoice choice;

    /** Those that are not read from. Used by the thread alone, as what follows. */
    private final Map<NodeAddress, Outage> outages = new HashMap<>();

    private long askedNanos;
    private long pauseNanos;

    private final AtomicBoolean isNews = new AtomicBoolean();
    private final ScheduledExecutorService timer;

    /** Is told, on any thread, what it has to do. */
    interface Follower {
        /** Returns the shards that are read from. */
        List<Shard> shards();

        /**
         * The servers that are read from may have changed.
         *
         * @param left what was asked of these replicas is to be asked of others, and what was kept of their values is to be dropped
         */
        void readersChanged(Set<NodeAddress> left);
    }

    /**
     * Makes a watch.
     *
     * @param timeout how long a load may take; no answer is waited for longer
     * @param watched returns the servers to ask
     */
    ReplicaWatch(
            ReadPolicy policy,
            LoadTimeout timeout,
            Supplier<Map<NodeAddress, RedisNode>> watched,
            Follower follower,
            EventLog log) {
        this.policy = policy;
        this.timeout = timeout;
        this.watched = watched;
        this.follower = follower;
        this.log = log;
        this.choice = new ReaderChoice(policy, health);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-proxy-replicas");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(() -> safely(this::look), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * A server does not answer as it should: it is not read from until it answers a {@link HealthRequest}.
     *
     * @param asksAtOnce whether it is asked at once, and not in its turn
     * @return whether it may have been read from until now
     */
    boolean suspect(NodeAddress address, String why, boolean asksAtOnce) {
        ServerHealth known = health.get(address);
        if (known == null || !known.suspect(why)) {
            return false;
        }
        // At once: what it has not answered is about to be asked of others.
        follower.readersChanged(Set.of());
        if (asksAtOnce) {
            run(() -> known.look(/* isDue= */ true, asksZone(), patience()));
        }
        return true;
    }

    /**
     * A server is no replica, or one that does not get the writes of its master: so it does not report them either.
     *
     * @return whether that was not known
     */
    boolean lost(NodeAddress address, String why) {
        ServerHealth known = health.get(address);
        boolean isNews = known != null && known.fail(new ServerHealth.Problem(why, /* isToLeave= */ true));
        if (isNews) {
            follower.readersChanged(Set.of());
        }
        return isNews;
    }

    /** Returns the servers of a shard that are read from, each for a part of the keys. May be empty. */
    List<NodeAddress> readers(Shard shard) {
        return choice.readers(shard);
    }

    private Duration patience() {
        Duration present = timeout.get();
        return present.compareTo(LONGEST_PATIENCE) < 0 ? present : LONGEST_PATIENCE;
    }

    private boolean asksZone() {
        return policy.zone() != null;
    }

    /* --------------- The thread --------------- */

    private void look() {
        Map<NodeAddress, RedisNode> present = watched.get();
        health.keySet().retainAll(present.keySet());
        outages.keySet().retainAll(present.keySet());
        choice.retain(present.keySet());
        present.forEach((address, node) -> {
            ServerHealth known = health.get(address);
            if (known == null || !known.isOf(node)) {
                ServerHealth added = new ServerHealth(node, this::changed);
                health.put(address, added);
                added.look(/* isDue= */ true, asksZone(), patience());
            }
        });
        long now = System.nanoTime();
        boolean isDue = now - askedNanos >= pauseNanos;
        if (isDue) {
            askedNanos = now;
            pauseNanos = TimeUnit.MILLISECONDS.toNanos(
                    ThreadLocalRandom.current().nextLong(PERIOD_MILLIS / 2, PERIOD_MILLIS + 1));
        }
        health.values().forEach(each -> each.look(isDue, asksZone(), patience()));
        if (isDue && policy.from() == ReadFrom.NEAREST) {
            changed();
        }
    }

    private void changed() {
        if (!isNews.getAndSet(true)) {
            run(() -> {
                isNews.set(false);
                tell();
            });
        }
    }

    private void tell() {
        Set<NodeAddress> left = new HashSet<>();
        for (Shard shard : follower.shards()) {
            for (NodeAddress replica : shard.replicas()) {
                ServerHealth.Problem problem = choice.problem(shard, replica);
                report(replica, problem);
                // Removed before it is replaced: the one in its place may be read from at once.
                if (problem != null && problem.isToLeave() && choice.leave(replica)) {
                    left.add(replica);
                }
            }
        }
        try {
            follower.readersChanged(left);
        } catch (RuntimeException | Error e) {
            choice.mayHaveRead(left);
            throw e;
        }
    }

    /** Tells once that a replica is not read from, and once more if a better reason comes to light. */
    private void report(NodeAddress replica, ServerHealth.@Nullable Problem problem) {
        if (problem == null) {
            Outage ended = outages.remove(replica);
            if (ended != null) {
                ended.end(
                        EventKind.REPLICA_BACK,
                        "The replica at %s is read from again".formatted(replica),
                        /* costInWords= */ requests -> "");
            }
        } else if (!problem.equals(ServerHealth.Problem.UNKNOWN) && !problem.equals(ServerHealth.Problem.OF_UNKNOWN)) {
            Outage outage = outages.computeIfAbsent(replica, each -> new Outage(log, each.toString()));
            String text = "The replica at %s is not read from: %s".formatted(replica, problem.why());
            if (problem.isToLeave()) {
                outage.begin(EventKind.REPLICA_LOST, text);
            } else {
                outage.beginMildly(EventKind.REPLICA_FAILING, text);
            }
        }
    }

    private void run(Runnable task) {
        try {
            timer.execute(() -> safely(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("Replicas are not watched any more", e);
        }
    }

    private static void safely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("Looking after replicas failed", e);
        }
    }

    /** Asks nothing more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
