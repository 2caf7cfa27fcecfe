package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origin;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.upstream.Question;

/** A store whose keys are on the master that Sentinels watch, which another server may replace at any time. Thread-safe. */
final class SentinelStore implements RedisStore {
    /*
     * Each master has a node of its own and an origin of its own. When another one is told, requests go to that at once. What
     * was kept because the old one reported writes is dropped, and what it has not answered is sent to the new one, in the time
     * that is left. Each new connection verifies that it leads to a master, so a replica that is named too early answers
     * nothing, nor does a master that was demoted.
     *
     * While no connection to the master can be made, requests that are on their way to it wait, because the Sentinels may be
     * about to name another one. Further requests are refused at once, as by any server that cannot be reached.
     */
    private static final Logger LOG = LoggerFactory.getLogger(SentinelStore.class);

    /** Errors of a server that is no master any more, or not yet. */
    private static final Pattern NOT_SERVING = Pattern.compile("(LOADING|MASTERDOWN|READONLY)\\b.*", Pattern.DOTALL);

    private static final long LEAST_TICK_MILLIS = 15;
    private static final long GREATEST_TICK_MILLIS = 35;

    private static final long ERROR_PAUSE_MILLIS = 100;

    private final RedisConfig config;
    private final @Nullable TrackingConfig tracking;
    private final Duration refusedPause;
    private final Sentinels sentinels;
    private final Waiting waiting = new Waiting();
    private final Rerouting rerouting = new Failover();
    private final ScheduledExecutorService timer;

    private volatile @Nullable Origins origins;
    private volatile @Nullable Master master;
    /** What was counted of the masters before the present one. */
    private volatile TrackingStatus past = TrackingStatus.OFF;

    private volatile boolean isClosed;

    /** A master that answers by an error is asked again from this moment on. */
    private volatile long quietUntilNanos = System.nanoTime();

    private record Master(RedisNode node, Origin origin) {}

    /**
     * Makes a store that takes requests over, and sends them once it is started and has been told the master.
     *
     * @param refusedPause after which time a master that does not offer tracking is asked for it again
     */
    SentinelStore(
            RedisConfig config, Topology.Sentinel topology, @Nullable TrackingConfig tracking, Duration refusedPause) {
        this.config = config;
        this.tracking = tracking;
        this.refusedPause = refusedPause;
        this.sentinels = new Sentinels(config, topology, this::follow);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "redis-proxy-failover"));
    }

    @Override
    public void start(Origins followed) {
        origins = followed;
        sentinels.start();
        tickLater();
    }

    /* --------------- Requests --------------- */

    @Override
    public void load(List<? extends Load> loads) {
        if (loads.size() == 1) {
            take(List.of(new ReadRequest(loads.get(0))));
            return;
        }
        List<Request> requests = new ArrayList<>(loads.size());
        for (Load load : loads) {
            requests.add(new ReadRequest(load));
        }
        take(requests);
    }

    @Override
    public void ask(Question question) {
        take(List.of(new QuestionRequest(question)));
    }

    @Override
    public void ask(List<Question> questions) {
        take(questions.stream().map(QuestionRequest::new).toList());
    }

    private void take(List<? extends Request> requests) {
        Master present = master;
        if (present != null) {
            present.node.take(requests);
            return;
        }
        String why = isClosed ? "the proxy is shutting down" : sentinels.failure();
        if (why != null) {
            InFlight.fail(requests, BackingStoreException.unavailable(why, null));
        } else {
            hold(requests);
        }
    }

    private void hold(List<? extends Request> requests) {
        waiting.addAll(requests);
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
            InFlight.fail(waiting.takeAll(), BackingStoreException.unavailable(why, null));
            return;
        }
        List<Request> overdue = waiting.takeOverdue(config.timeout().toNanos());
        if (!overdue.isEmpty()) {
            InFlight.fail(
                    overdue,
                    present == null
                            ? BackingStoreException.unavailable("the Sentinels have not answered in time", null)
                            : present.node.late());
        }
        if (present != null && System.nanoTime() - quietUntilNanos >= 0) {
            List<Request> all = waiting.takeAll();
            if (!all.isEmpty() && !present.node.tryTake(all)) {
                hold(all);
            }
        }
    }

    /* --------------- Masters --------------- */

    /** Another server is the master now. Called by one thread at a time. */
    private void follow(NodeAddress address) {
        Origins followed = origins;
        if (followed == null || isClosed) {
            return;
        }
        Master before = master;
        if (before != null) {
            past = sum(past, before.node.stats(NodeStats.Role.MASTER, 0).tracking());
        }
        Origin origin = followed.addOrigin();
        RedisNode node = new RedisNode(config.node(address), tracking, refusedPause, rerouting);
        master = new Master(node, origin);
        if (before != null) {
            before.origin.close();
        }
        node.start(origin);
        node.take(waiting.takeAll());
        if (before != null) {
            thread(before.node::retire, "redis-proxy-retire").start();
        }
    }

    private final class Failover implements Rerouting {
        @Override
        public boolean takesOver(Request request, String error) {
            if (!NOT_SERVING.matcher(error).matches()) {
                return false;
            }
            sentinels.refresh();
            if (request.waitedNanos() >= config.timeout().toNanos()) {
                return false;
            }
            long millis = ThreadLocalRandom.current().nextLong(ERROR_PAUSE_MILLIS / 2, ERROR_PAUSE_MILLIS + 1);
            quietUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            hold(List.of(request));
            return true;
        }

        @Override
        public void takeOver(List<Request> unfinished) {
            List<Request> wanted = unfinished.stream()
                    .filter(each -> !(each instanceof ProbeRequest))
                    .toList();
            hold(wanted);
        }

        @Override
        public boolean awaitsSuccessor() {
            return sentinels.isTold();
        }

        @Override
        public void serverFailed() {
            sentinels.refresh();
        }
    }

    /* --------------- Figures --------------- */

    @Override
    public StoreStats stats() {
        Master present = master;
        if (present == null) {
            TrackingStatus none = tracking == null
                    ? TrackingStatus.OFF
                    : new TrackingStatus(TrackingStatus.State.DISCONNECTED, "no master is known", 0, 0, 0, -1);
            return stats(List.of(), none);
        }
        NodeStats node = present.node.stats(NodeStats.Role.MASTER, 0);
        return stats(List.of(node), sum(node.tracking(), past));
    }

    private StoreStats stats(List<NodeStats> nodes, TrackingStatus tracking) {
        return new StoreStats(StoreStats.Topology.SENTINEL, config.tls() != null, nodes, tracking, sentinels.stats());
    }

    /** Returns the state of one master, with the counts of those before. */
    private static TrackingStatus sum(TrackingStatus present, TrackingStatus past) {
        return new TrackingStatus(
                present.state(),
                present.detail(),
                present.confirmations() + past.confirmations(),
                present.losses() + past.losses(),
                present.messages() + past.messages(),
                present.heartbeatMicros());
    }

    @Override
    public @Nullable String lostThread() {
        Master present = master;
        String lost = present == null ? null : present.node.lostThread();
        return lost == null ? sentinels.lostThread() : lost;
    }

    @Override
    public void close() {
        sentinels.close();
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
        return BackingStoreException.unavailable("the proxy is shutting down", null);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
