package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.WatchStats;
import redisproxy.measure.EventLog;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Question;

/**
 * A store whose keys are on the nodes of a Redis Cluster, by their slots. Each node has its own queue, links, breaker and
 * tracking, so that the failure of one refuses only the keys of its own slots. Thread-safe.
 */
final class ClusterStore implements RedisStore, PinTargets {
    /*
     * Where a slot is may change at any time. Requests go by the slots as they were last told. A node that does not hold a
     * slot refers the request to the one that does, and has the slots asked for anew. What a node has not answered when it
     * ceases to hold slots goes by the new slots.
     *
     * A key that a replica does not have is asked of the master: a replica does not know that the keys of a slot are on their way
     * to another node.
     *
     * A key is dropped from the cache when another node comes to hold its slot: the new one may not report writes yet. The
     * slots are changed first, so that what is dropped is not read from the old node again.
     */
    private final RedisConfig config;
    private final @Nullable TrackingConfig tracking;
    private final BackingServer backing = new BackingServer();
    private final ClusterRouting routing;
    private final ClusterHealth health;
    private final ClusterWatch watch;
    private final ClusterSending sending;

    /** Slots that have moved and whose keys have not been dropped. Used by the watch's thread alone. */
    private final BitSet undropped = new BitSet(ClusterSlots.COUNT);

    /** How many times slots have moved. */
    private final AtomicLong moves = new AtomicLong();

    private volatile @Nullable Origins origins;

    /**
     * Makes a store that takes requests over, and sends them once it is started and has found the slots.
     *
     * @param refusedPause after which time a node that does not offer tracking is asked for it again
     */
    ClusterStore(
            RedisConfig config,
            Topology.Cluster cluster,
            @Nullable TrackingConfig tracking,
            Duration refusedPause,
            EventLog log) {
        this.config = config;
        this.tracking = tracking;
        this.health = new ClusterHealth(Ticker.system(), log);
        RedisNodes nodes = new RedisNodes((address, role) -> node(address, role, refusedPause, log));
        this.routing = new ClusterRouting(config, nodes, log);
        this.watch = new ClusterWatch(config, cluster.seeds(), this::follow, health, log);
        this.sending = new ClusterSending(config, routing, health, watch);
    }

    private RedisNode node(NodeAddress address, ServerRole role, Duration refusedPause, EventLog log) {
        boolean isReplica = role == config.replicaRole();
        return new RedisNode(
                isReplica ? config.replica(address) : config.node(address),
                tracking,
                refusedPause,
                new ClusterRerouting(address, sending, isReplica),
                isReplica ? new BackingServer() : backing,
                log);
    }

    @Override
    public void start(Origins followed) {
        origins = followed;
        routing.start(followed);
        watch.start();
    }

    /* --------------- Requests --------------- */

    @Override
    public void load(List<? extends Load> loads) {
        if (loads.size() == 1) {
            sending.send(new ReadRequest(loads.get(0)));
        } else {
            List<ReadRequest> requests = new ArrayList<>(loads.size());
            for (Load load : loads) {
                requests.add(new ReadRequest(load));
            }
            sending.sendAll(requests);
        }
    }

    /** Takes over a request that another store has begun with. */
    void send(KeyRequest request) {
        sending.send(request);
    }

    @Override
    public void ask(Question question) {
        sending.send(new QuestionRequest(question));
    }

    @Override
    public void ask(List<Question> questions) {
        sending.sendAll(questions.stream().map(QuestionRequest::new).toList());
    }

    /** Passes commands on to masters, those for one node in their order. */
    @Override
    public void pass(List<PassedCommand> passed) {
        ClusterRoutes present = routing.routes();
        List<PassRequest> requests = new ArrayList<>(passed.size());
        for (PassedCommand command : passed) {
            ClusterSplitting.split(command, present, backing.known(), requests);
        }
        sending.sendAll(requests);
    }

    @Override
    public boolean isCluster() {
        return true;
    }

    @Override
    public @Nullable String version() {
        return backing.version();
    }

    @Override
    public CommandTable commands() {
        return backing.get(routing.routes().anyMaster(0));
    }

    @Override
    public void readCommandsAnew() {
        backing.readAnew(routing.routes().anyMaster(0));
    }

    @Override
    public @Nullable String serverOf(byte[] key) {
        RedisNode reader = routing.routes().reader(KeySlot.of(key));
        return reader == null ? null : reader.address().toString();
    }

    @Override
    public @Nullable NodeConfig pinTarget(byte @Nullable [] key) {
        NodeAddress master = routing.routes().slots().masterOf(key);
        if (master != null) {
            return config.node(master);
        }
        String why = watch.failure();
        if (why != null || health.isKnownDown()) {
            throw BackingStoreException.unavailable(why == null ? ClusterSending.NO_MASTER : why, null);
        }
        watch.refresh();
        return null;
    }

    @Override
    public boolean pinFailed() {
        watch.refresh();
        return true;
    }

    /* --------------- Slots --------------- */

    /** From now on requests go by these slots. */
    private void follow(ClusterSlots next) {
        BitSet moved = routing.follow(next);
        if (!moved.isEmpty()) {
            moves.incrementAndGet();
            undropped.or(moved);
        }
        dropMoved();
        routing.removeOthers();
    }

    /** Drops the keys of slots that have moved. If that fails, it is done again when the slots are told again. */
    private void dropMoved() {
        Origins followed = origins;
        if (tracking != null && followed != null && !undropped.isEmpty()) {
            followed.invalidateIf(key -> undropped.get(KeySlot.of(key)));
        }
        undropped.clear();
    }

    /* --------------- Figures --------------- */

    @Override
    public StoreStats stats() {
        boolean isTls = config.tls() != null;
        return StoreStats.of(
                StoreStats.Topology.CLUSTER,
                isTls,
                routing.stats(),
                watching(routing.routes().slots()));
    }

    private WatchStats watching(ClusterSlots slots) {
        boolean isTold = slots != ClusterSlots.NONE && watch.failure() == null;
        return new WatchStats(slots.nodes().size(), isTold ? 1 : 0, moves.get(), watch.detail());
    }

    @Override
    public @Nullable String lostThread() {
        String lost = watch.lostThread();
        return lost == null ? routing.lostThread() : lost;
    }

    @Override
    public void close() {
        watch.close();
        sending.close();
        routing.close();
    }
}
