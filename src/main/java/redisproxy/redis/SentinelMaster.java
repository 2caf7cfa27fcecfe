package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origin;
import redisproxy.cache.Origins;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/**
 * The master that Sentinels name, which another server may replace at any time, and the requests that wait for one. Thread-safe; no
 * method blocks but {@link #close}.
 */
final class SentinelMaster implements AutoCloseable {
    /*
     * Each master has a node of its own and an origin of its own. When another one is told, requests go to that at once. What
     * was kept because the old one reported writes is dropped, and what it has not answered is sent to the new one, in the time
     * that is left. Each new connection verifies that it leads to a master, so a replica that is named too early answers
     * nothing, nor does a master that was demoted.
     *
     * While no connection to the master can be made, requests that are on their way to it wait, because the Sentinels may be
     * about to name another one. Further requests are refused at once, as by any server that cannot be reached.
     */
    private static final Logger LOG = LoggerFactory.getLogger(SentinelMaster.class);

    private static final String CLOSING = "the proxy is shutting down";

    private static final long LEAST_TICK_MILLIS = 15;
    private static final long GREATEST_TICK_MILLIS = 35;

    private final RedisConfig config;
    private final @Nullable TrackingConfig tracking;
    private final Duration refusedPause;
    private final Sentinels sentinels;
    private final UnaryOperator<List<KeyRequest>> replicas;
    private final EventLog log;
    private final MasterLanes lanes = new MasterLanes();
    private final Waiting waiting = new Waiting(lanes);
    private final BackingServer backing = new BackingServer();
    private final SentinelRerouting rerouting;
    private final PastMasters past = new PastMasters();
    private final ScheduledExecutorService timer;

    private volatile @Nullable Master master;
    private volatile boolean isClosed;

    private record Master(NodeAddress address, RedisNode node, Origin origin) {}

    /**
     * Makes a master that is not known yet.
     *
     * @param refusedPause after which time a master that does not offer tracking is asked for it again
     * @param replicas hands over to replicas what waits for the master and may be read from them, and returns the rest
     * @param onFailure is run when the master does not answer
     */
    SentinelMaster(
            RedisConfig config,
            @Nullable TrackingConfig tracking,
            Duration refusedPause,
            Sentinels sentinels,
            UnaryOperator<List<KeyRequest>> replicas,
            Runnable onFailure,
            EventLog log) {
        this.config = config;
        this.tracking = tracking;
        this.refusedPause = refusedPause;
        this.sentinels = sentinels;
        this.replicas = replicas;
        this.rerouting = new SentinelRerouting(config, sentinels, this::hold, onFailure);
        this.log = log;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "redis-proxy-failover"));
    }

    void start() {
        tickLater();
    }

    /* --------------- Requests --------------- */

    void take(List<? extends KeyRequest> requests) {
        Master present = master;
        if (present != null) {
            present.node.take(requests);
            return;
        }
        String why = isClosed ? CLOSING : sentinels.failure();
        if (why != null) {
            sentinels.failed(requests.size());
            InFlight.fail(requests, BackingStoreException.unavailable(why, null));
        } else {
            hold(requests);
        }
    }

    /** Returns where the master is, or null if none is known. */
    @Nullable
    NodeAddress address() {
        Master present = master;
        return present == null ? null : present.address;
    }

    /** Takes over commands that are passed on, in their order. */
    void pass(List<PassRequest> requests) {
        String why = master == null ? (isClosed ? CLOSING : sentinels.failure()) : null;
        if (why != null) {
            sentinels.failed(requests.size());
            InFlight.fail(requests, BackingStoreException.unavailable(why, null));
            return;
        }
        List<PassRequest> rest = lanes.pass(requests);
        Master present = master;
        if (!rest.isEmpty() && present != null) {
            present.node.refuse(rest);
        }
        failIfClosed();
    }

    /** Returns the version that a master has told last; null before that. */
    @Nullable
    String version() {
        return backing.version();
    }

    /** Returns what the masters have told of their commands. */
    CommandTable commands() {
        Master present = master;
        return backing.get(present == null ? null : present.node);
    }

    /** Has the master asked for its commands again. */
    void readCommandsAnew() {
        Master present = master;
        backing.readAnew(present == null ? null : present.node);
    }

    private void hold(List<? extends KeyRequest> requests) {
        waiting.addAll(requests);
        failIfClosed();
    }

    private void failIfClosed() {
        if (isClosed) {
            InFlight.fail(waiting.takeAll(), closing());
        }
    }

    private void tickLater() {
        try {
            var unused = timer.schedule(
                    this::tick,
                    ThreadLocalRandom.current().nextLong(LEAST_TICK_MILLIS, GREATEST_TICK_MILLIS + 1),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Requests wait no longer", e);
        }
    }

    private void tick() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            LOG.error("Looking after the requests that wait for a master failed", e);
        } finally {
            tickLater();
        }
    }

    /** Sends what waits, if there is a master that answers, and fails what has waited for too long. */
    private void look() {
        Master present = master;
        String why = present == null ? sentinels.failure() : null;
        if (why != null) {
            List<KeyRequest> all = waiting.takeAll();
            sentinels.failed(all.size());
            InFlight.fail(all, BackingStoreException.unavailable(why, null));
            return;
        }
        List<KeyRequest> overdue = waiting.takeOverdue(config.timeout().toNanos());
        if (!overdue.isEmpty()) {
            if (present != null) {
                present.node.failed(overdue);
            }
            InFlight.fail(
                    overdue,
                    present == null
                            ? BackingStoreException.unavailable("the Sentinels have not answered in time", null)
                            : present.node.late());
        }
        lanes.sendHeld();
        if (present != null && !rerouting.isQuiet()) {
            List<KeyRequest> all = waiting.takeReads();
            List<KeyRequest> rest = all.isEmpty() ? all : replicas.apply(all);
            if (!rest.isEmpty() && !present.node.tryTake(rest)) {
                hold(rest);
            }
        }
    }

    /* --------------- Masters --------------- */

    /** Another server is the master now. Returns its node. Called by one thread at a time. */
    RedisNode become(NodeAddress address, Origins origins) {
        Master before = master;
        if (before != null) {
            past.add(before.node.tracking());
        }
        Origin origin = origins.addOrigin(address.toString());
        RedisNode node = new RedisNode(config.node(address), tracking, refusedPause, rerouting, backing, log);
        tell(before, address);
        master = new Master(address, node, origin);
        if (before != null) {
            before.origin.close();
        }
        node.start(origin);
        lanes.leadTo(node);
        node.take(waiting.takeReads());
        backing.connected(node);
        if (before != null) {
            thread(before.node::retire, "redis-proxy-retire").start();
        }
        return node;
    }

    private void tell(@Nullable Master before, NodeAddress address) {
        String name = sentinels.masterName();
        if (before == null) {
            log.tell(EventKind.MASTER_FOUND, name, "%s is at %s".formatted(name, address));
        } else {
            log.tell(
                    EventKind.MASTER_CHANGED,
                    name,
                    "%s is at %s now, and no longer at %s%s"
                            .formatted(
                                    name,
                                    address,
                                    before.address,
                                    before.node.outage(", which had not answered for ")));
        }
    }

    /* --------------- Figures --------------- */

    /** Returns the figures of the master, or null if none is known; {@code isRead} says whether keys are read from it. */
    @Nullable
    NodeStats stats(Predicate<NodeAddress> isRead) {
        Master present = master;
        return present == null
                ? null
                : present.node.stats(NodeStats.Role.MASTER, /* slots= */ 0, isRead.test(present.address));
    }

    /** Returns a state of tracking with what was counted of the masters before. */
    TrackingStatus withPast(TrackingStatus present) {
        return past.with(present);
    }

    @Nullable
    String lostThread() {
        Master present = master;
        return present == null ? null : present.node.lostThread();
    }

    /** Fails what is not finished. */
    @Override
    public void close() {
        isClosed = true;
        timer.shutdownNow();
        InFlight.fail(waiting.takeAll(), closing());
        Master last = master;
        if (last != null) {
            last.node.close();
        }
        InFlight.fail(waiting.takeAll(), closing());
    }

    private static BackingStoreException closing() {
        return BackingStoreException.unavailable(CLOSING, null);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
