package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.WatchStats;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/**
 * The Sentinels that watch a master, those that are configured and those that these tell of. All of them are listened to, and
 * asked now and then for what was missed. Thread-safe; no method blocks but {@link #close}.
 */
final class Sentinels implements AutoCloseable {
    /** Nobody has so many; each takes a thread and a connection. */
    static final int MOST = 32;

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final RedisConfig config;
    private final Topology.Sentinel topology;
    private final Follower follower;
    private final EventLog log;
    private final SentinelPolling polling = new SentinelPolling(this::askAll);

    @GuardedBy("this")
    private final Opinions opinions = new Opinions();

    @GuardedBy("this")
    private final Map<NodeAddress, SentinelListener> listeners = new LinkedHashMap<>();

    /** Changed under the lock. */
    private final SentinelReach reach;

    /** Which replicas each of them has told last, by its address. */
    @GuardedBy("this")
    private final Map<NodeAddress, List<NodeAddress>> replicas = new HashMap<>();

    /** Those that refuse to tell the replicas. */
    @GuardedBy("this")
    private final Set<NodeAddress> withoutReplicas = new HashSet<>();

    @GuardedBy("this")
    private @Nullable NodeAddress followed;

    @GuardedBy("this")
    private @Nullable Promotion promotion;

    @GuardedBy("this")
    private long switches;

    @GuardedBy("this")
    private boolean isClosed;

    /** Is told what becomes of the servers, by one thread at a time. Must not block. */
    interface Follower {
        /** The master is known for the first time, or another one is. */
        void master(NodeAddress address);

        /** These may be replicas of the master. Told if replicas are read from, again and again. */
        void replicas(Set<NodeAddress> addresses);
    }

    /** Makes what is started later. */
    Sentinels(RedisConfig config, Topology.Sentinel topology, Follower follower, EventLog log) {
        this.config = config;
        this.topology = topology;
        this.follower = follower;
        this.log = log;
        this.reach = new SentinelReach(topology.masterName(), log);
    }

    synchronized void start() {
        topology.addresses().forEach(this::listenTo);
        polling.start();
    }

    @GuardedBy("this")
    private void listenTo(NodeAddress address) {
        if (!listeners.containsKey(address) && listeners.size() < MOST) {
            SentinelListener listener = new SentinelListener(
                    config.sentinel(topology, address),
                    topology.masterName(),
                    /* asksReplicas= */ config.reads().from() != ReadFrom.PRIMARY,
                    this);
            listeners.put(address, listener);
            listener.start();
        }
    }

    /** Has all of them asked soon. */
    void refresh() {
        polling.refresh();
    }

    private void askAll() {
        List<SentinelListener> all;
        synchronized (this) {
            all = List.copyOf(listeners.values());
        }
        all.forEach(SentinelListener::ask);
    }

    /* --------------- Answers --------------- */

    /** A connection has been made to a Sentinel, which may be known by another address as well. */
    synchronized void identified(SentinelListener one) {
        for (SentinelListener other : List.copyOf(listeners.values())) {
            if (other != one && !one.id().isEmpty() && one.id().equals(other.id())) {
                // The addresses that an operator has set are those that can be reached.
                SentinelListener spare = topology.addresses().contains(one.address()) ? other : one;
                if (!topology.addresses().contains(spare.address())) {
                    remove(spare);
                }
            }
        }
    }

    /** A Sentinel has answered. */
    synchronized void answered(SentinelListener from, SentinelAnswer answer) {
        if (!isListenedTo(from)) {
            return;
        }
        Opinions.Opinion opinion = answer.opinion();
        if (opinion == null) {
            lost(
                    from,
                    "the Sentinel at %s knows no master '%s': set SENTINEL_MASTER, or what is behind # in REDIS_URL, to one that it monitors"
                            .formatted(from.address(), topology.masterName()));
            return;
        }
        listenToAll(from, answer.others());
        opinions.tell(from.address(), opinion, listeners.size(), System.nanoTime());
        reach.tells(from.address(), listeners.size());
        tellMaster();
        tellReplicas(from.address(), answer.replicas());
    }

    @GuardedBy("this")
    private void tellReplicas(NodeAddress from, @Nullable List<NodeAddress> told) {
        if (told == null) {
            if (config.reads().from() != ReadFrom.PRIMARY && withoutReplicas.add(from)) {
                log.tell(
                        EventKind.SENTINEL_LIMITED,
                        from.toString(),
                        "The Sentinel at %s does not tell the replicas: permit it by '+sentinel|replicas'"
                                .formatted(from));
            }
        } else {
            replicas.put(from, told);
            Set<NodeAddress> all = new HashSet<>();
            replicas.values().forEach(all::addAll);
            follower.replicas(all);
        }
    }

    /** Listens to the Sentinels that one tells of, and to those no longer that are neither told of nor to be reached. */
    @GuardedBy("this")
    private void listenToAll(SentinelListener from, List<SentinelAnswer.Other> told) {
        List<NodeAddress> kept = new ArrayList<>(topology.addresses());
        kept.add(from.address());
        for (SentinelAnswer.Other other : told) {
            kept.add(other.address());
            boolean isKnown = listeners.values().stream()
                    .anyMatch(each -> !other.id().isEmpty() && each.id().equals(other.id()));
            if (!isKnown) {
                listenTo(other.address());
            }
        }
        for (SentinelListener each : List.copyOf(listeners.values())) {
            if (!kept.contains(each.address()) && reach.hasFailed(each.address())) {
                remove(each);
            }
        }
    }

    @GuardedBy("this")
    private void remove(SentinelListener listener) {
        listeners.remove(listener.address());
        reach.forget(listener.address());
        opinions.forget(listener.address());
        replicas.remove(listener.address());
        withoutReplicas.remove(listener.address());
        listener.close();
    }

    /** A Sentinel does not answer, or does not know the master. */
    synchronized void lost(SentinelListener from, String why) {
        if (isListenedTo(from)) {
            opinions.forget(from.address());
            replicas.remove(from.address());
            reach.fails(from.address(), why, listeners.size(), opinions.master());
        }
    }

    /** A Sentinel answers and does not report. What it would have reported is found out by asking. */
    void notReporting(SentinelListener from, String why) {
        log.tell(
                EventKind.SENTINEL_LIMITED,
                from.address().toString(),
                "The Sentinel at %s does not report changes of the master (%s); it is asked each second"
                        .formatted(from.address(), why));
    }

    /** A Sentinel reports that a replica is about to be made the master. */
    synchronized void promoting(NodeAddress candidate) {
        if (!isClosed && (promotion == null || !promotion.isOf(candidate))) {
            endPromotion();
            promotion = new Promotion(config.node(candidate), this::promoted);
            promotion.start();
        }
    }

    private synchronized void promoted(NodeAddress master) {
        if (!isClosed) {
            opinions.promoted(master, System.nanoTime());
            tellMaster();
        }
    }

    @GuardedBy("this")
    private void endPromotion() {
        if (promotion != null) {
            promotion.close();
        }
    }

    @GuardedBy("this")
    private boolean isListenedTo(SentinelListener listener) {
        return !isClosed && listeners.get(listener.address()) == listener;
    }

    @GuardedBy("this")
    private void tellMaster() {
        NodeAddress master = opinions.master();
        if (master != null && !master.equals(followed)) {
            follower.master(master);
            switches += followed == null ? 0 : 1;
            followed = master;
        }
    }

    /* --------------- State --------------- */

    /** Returns why no Sentinel tells a master, or null if one does or has not been asked yet. */
    @Nullable
    String failure() {
        return reach.failure();
    }

    /** So many requests have failed for want of a master. */
    void failed(int requests) {
        reach.failed(requests);
    }

    /** Returns the name under which the Sentinels know the master. */
    String masterName() {
        return topology.masterName();
    }

    /** Returns whether a change of the master would be noticed. */
    boolean isTold() {
        return reach.telling() > 0;
    }

    synchronized WatchStats stats() {
        String failure = reach.failure();
        return new WatchStats(listeners.size(), reach.telling(), switches, failure == null ? "" : failure);
    }

    @Nullable
    synchronized String lostThread() {
        String lost = null;
        for (SentinelListener each : listeners.values()) {
            lost = lost == null ? each.lostThread() : lost;
        }
        return lost;
    }

    /** Tells nothing from now on, and ends the threads. Blocks for two seconds at most. */
    @Override
    public void close() {
        List<SentinelListener> ending;
        synchronized (this) {
            isClosed = true;
            ending = List.copyOf(listeners.values());
            endPromotion();
        }
        polling.close();
        ending.forEach(SentinelListener::close);
        long untilNanos = System.nanoTime() + CLOSE_WAIT.toNanos();
        try {
            for (SentinelListener each : ending) {
                each.join(untilNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
