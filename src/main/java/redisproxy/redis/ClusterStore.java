package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.util.JedisClusterCRC16;
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
    /** How often a request is referred to another node, or to a later time. */
    static final int MAX_HOPS = 5;

    private static final String NO_MASTER = "no node of the Cluster holds the slot of the key";

    private final RedisConfig config;
    private final @Nullable TrackingConfig tracking;
    private final BackingServer backing = new BackingServer();
    private final ClusterRouting routing;
    private final ClusterHealth health;
    private final ClusterWatch watch;
    private final Postponed postponed = new Postponed(this::send);

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
        RedisNodes nodes = new RedisNodes((address, role) -> {
            boolean isReplica = role == config.replicaRole();
            return new RedisNode(
                    isReplica ? config.replica(address) : config.node(address),
                    tracking,
                    refusedPause,
                    new ClusterRerouting(address, this, isReplica),
                    isReplica ? new BackingServer() : backing,
                    log);
        });
        this.routing = new ClusterRouting(config, nodes, log);
        this.watch = new ClusterWatch(config, cluster.seeds(), this::follow, health, log);
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
            send(new ReadRequest(loads.get(0)));
        } else {
            sendAll(loads.stream().map(ReadRequest::new).toList());
        }
    }

    @Override
    public void ask(Question question) {
        send(new QuestionRequest(question));
    }

    @Override
    public void ask(List<Question> questions) {
        sendAll(questions.stream().map(QuestionRequest::new).toList());
    }

    /** Passes commands on to masters, those for one node in their order. */
    @Override
    public void pass(List<PassedCommand> passed) {
        ClusterRoutes present = routing.routes();
        List<PassRequest> requests = new ArrayList<>(passed.size());
        for (PassedCommand command : passed) {
            ClusterSplitting.split(command, present, backing.known(), requests);
        }
        sendAll(requests);
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

    /** Sends requests that belong together, those for one node as one batch. */
    private void sendAll(List<? extends KeyRequest> requests) {
        IdentityHashMap<RedisNode, List<KeyRequest>> byNode = new IdentityHashMap<>();
        ClusterRoutes present = routing.routes();
        for (KeyRequest request : requests) {
            RedisNode node = nodeOf(request, present);
            if (node == null) {
                sendLater(request);
            } else {
                byNode.computeIfAbsent(node, each -> new ArrayList<>()).add(request);
            }
        }
        byNode.forEach(this::give);
    }

    @Override
    public @Nullable String serverOf(byte[] key) {
        RedisNode reader = routing.routes().reader(JedisClusterCRC16.getSlot(key));
        return reader == null ? null : reader.address().toString();
    }

    private static @Nullable RedisNode nodeOf(KeyRequest request, ClusterRoutes routes) {
        if (!(request instanceof PassRequest passed)) {
            return routes.reader(slot(request));
        }
        return passed.hasAnySlot() ? routes.anyMaster(passed.command().lane()) : routes.master(slot(request));
    }

    @Override
    public @Nullable NodeConfig pinTarget(byte @Nullable [] key) {
        NodeAddress master = routing.routes().slots().masterOf(key);
        if (master != null) {
            return config.node(master);
        }
        String why = watch.failure();
        if (why != null || isKnownDown()) {
            throw BackingStoreException.unavailable(why == null ? NO_MASTER : why, null);
        }
        watch.refresh();
        return null;
    }

    @Override
    public boolean pinFailed() {
        watch.refresh();
        return true;
    }

    private static int slot(KeyRequest request) {
        int told = request instanceof PassRequest passed ? passed.slot() : PassRequest.UNTOLD_SLOT;
        return told == PassRequest.UNTOLD_SLOT ? JedisClusterCRC16.getSlot(request.key()) : told;
    }

    /** Sends a request to the node that the keys of its slot are read from. */
    void send(KeyRequest request) {
        RedisNode node = nodeOf(request, routing.routes());
        if (node == null) {
            sendLater(request);
        } else {
            give(node, List.of(request));
        }
    }

    private void give(RedisNode node, List<KeyRequest> requests) {
        if (!routing.readsReplicas() || requests.get(0) instanceof PassRequest) {
            node.take(requests);
        } else if (!node.tryTake(requests)) {
            // The routes do not show yet that it cannot be reached.
            requests.forEach(readsReplicasAlone() ? this::sendLater : this::sendToMaster);
        }
    }

    /** Sends a request to the master that holds its slot, which knows best whether there is such a key. */
    void sendToMaster(KeyRequest request) {
        RedisNode master = routing.routes().master(slot(request));
        if (master == null) {
            sendLater(request);
        } else {
            master.take(List.of(request));
        }
    }

    /** Sends a request to this node, though its slot may be told to be elsewhere. */
    void sendTo(NodeAddress address, KeyRequest request) {
        RedisNode node = routing.at(address);
        if (node == null) {
            fail(
                    request,
                    "the Cluster refers to more nodes than the %d that the proxy connects to, or the proxy is shutting down"
                            .formatted(RedisNodes.MOST));
        } else if (!routing.readsReplicas()) {
            node.take(List.of(request));
        } else if (!node.tryTake(List.of(request))) {
            // Until the slots are told anew, a master that was a replica is still connected to as a replica, which
            // fails.
            sendLater(request, String.valueOf(node.late().getMessage()));
        }
    }

    private void sendLater(KeyRequest request) {
        if (routing.routes().master(slot(request)) != null) {
            postpone(request, ReplicaWatch.NO_REPLICA);
        } else if (isKnownDown()) {
            watch.refresh();
            fail(request, NO_MASTER);
        } else {
            sendLater(request, NO_MASTER);
        }
    }

    /**
     * Sends a request again in a moment, by the slots as they are then.
     *
     * @param why no node answers it now
     */
    void sendLater(KeyRequest request, String why) {
        watch.refresh();
        postpone(request, why);
    }

    private void postpone(KeyRequest request, String why) {
        String failure = watch.failure();
        boolean isOverdue = request.waitedNanos() >= config.timeout().toNanos();
        if (routing.routes() == ClusterRoutes.NONE && failure == null) {
            if (isOverdue) {
                fail(request, "the Cluster has not told its slots in time");
            } else {
                postponed.add(request);
            }
        } else if (isOverdue || request.hops() >= MAX_HOPS || routing.routes() == ClusterRoutes.NONE) {
            fail(request, failure == null ? why : failure);
        } else {
            postponed.add(request.referred(/* asking= */ false));
        }
    }

    /** Fails a request for want of a node that answers it. */
    void fail(Request request, String why) {
        health.failed();
        watch.countFailed();
        InFlight.fail(List.of(request), BackingStoreException.unavailable(why, null));
    }

    /** A node has refused a request because the Cluster does not serve; {@code replied} says which, in one line. */
    void refused(String replied) {
        health.refused(replied);
        watch.refresh();
    }

    /** Returns whether the Cluster has told that it has a node at this address. */
    boolean hasNode(NodeAddress address) {
        return routing.routes().slots().nodes().contains(address);
    }

    /** Returns whether the Cluster has not served for so long that requests that are refused are not repeated. */
    boolean isKnownDown() {
        return health.isKnownDown();
    }

    /** Asks for the slots anew: they do not seem to be what they were. */
    void refresh() {
        watch.refresh();
    }

    /**
     * A node does not answer as it should.
     *
     * @param asksAtOnce whether it is asked at once how it is, and not in its turn
     * @return whether it was read from until now
     */
    boolean suspect(NodeAddress address, String why, boolean asksAtOnce) {
        return routing.suspect(address, why, asksAtOnce);
    }

    /** Returns whether a request that a server fails to answer may be answered by another one. */
    boolean hasOthers(boolean isReplica) {
        return isReplica || config.reads().from() == ReadFrom.NEAREST;
    }

    boolean readsReplicasAlone() {
        return config.reads().from() == ReadFrom.REPLICA;
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
            followed.invalidateIf(key -> undropped.get(JedisClusterCRC16.getSlot(key)));
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
        postponed.close();
        routing.close();
    }
}
