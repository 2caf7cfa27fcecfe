package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.util.JedisClusterCRC16;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingConfig;
import redisproxy.upstream.Question;

/**
 * A store whose keys are on the nodes of a Redis Cluster, by their slots. Each node has its own queue, links, breaker and
 * tracking, so that the failure of one refuses only the keys of its own slots. Thread-safe.
 */
final class ClusterStore implements RedisStore {
    /*
     * Where a slot is may change at any time. Requests go by the slots as they were last told. A node that does not hold a
     * slot refers the request to the one that does, and has the slots asked for anew. What a node has not answered when it
     * ceases to hold slots goes by the new slots.
     *
     * A key is dropped from the cache when another node comes to hold its slot: the new one may not report writes yet. The
     * slots are changed first, so that what is dropped is not read from the old node again.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ClusterStore.class);

    /** How often a request is referred to another node, or to a later time. */
    static final int MAX_HOPS = 5;

    private final RedisConfig config;
    private final @Nullable TrackingConfig tracking;
    private final ClusterNodes nodes;
    private final ClusterWatch watch;
    private final Postponed postponed = new Postponed(this::send);

    /** Slots that have moved and whose keys have not been dropped. Used by the watch's thread alone. */
    private final BitSet undropped = new BitSet(ClusterSlots.COUNT);

    private volatile ClusterRoutes routes = ClusterRoutes.NONE;
    private volatile @Nullable Origins origins;

    /**
     * Makes a store that takes requests over, and sends them once it is started and has found the slots.
     *
     * @param refusedPause after which time a node that does not offer tracking is asked for it again
     */
    ClusterStore(
            RedisConfig config, Topology.Cluster cluster, @Nullable TrackingConfig tracking, Duration refusedPause) {
        this.config = config;
        this.tracking = tracking;
        this.nodes = new ClusterNodes(address ->
                new RedisNode(config.node(address), tracking, refusedPause, new ClusterRerouting(address, this)));
        this.watch = new ClusterWatch(config, cluster.seeds(), this::follow);
    }

    @Override
    public void start(Origins followed) {
        origins = followed;
        nodes.start(followed);
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

    /** Sends requests that belong together, those for one node as one batch. */
    private void sendAll(List<? extends KeyRequest> requests) {
        IdentityHashMap<RedisNode, List<Request>> byNode = new IdentityHashMap<>();
        ClusterRoutes present = routes;
        for (KeyRequest request : requests) {
            RedisNode node = present.node(slot(request));
            if (node == null) {
                sendLater(request);
            } else {
                byNode.computeIfAbsent(node, each -> new ArrayList<>()).add(request);
            }
        }
        byNode.forEach(RedisNode::take);
    }

    private static int slot(KeyRequest request) {
        return JedisClusterCRC16.getSlot(request.key());
    }

    /** Sends a request to the node that holds its slot. */
    void send(KeyRequest request) {
        RedisNode node = routes.node(slot(request));
        if (node == null) {
            sendLater(request);
        } else {
            node.take(List.of(request));
        }
    }

    /** Sends a request to this node, though its slot may be told to be elsewhere. */
    void sendTo(NodeAddress address, KeyRequest request) {
        RedisNode node = nodes.at(address);
        if (node == null) {
            fail(
                    request,
                    "the Cluster refers to more nodes than the %d that the proxy connects to, or the proxy is shutting down"
                            .formatted(ClusterNodes.MOST));
        } else {
            node.take(List.of(request));
        }
    }

    private void sendLater(KeyRequest request) {
        sendLater(request, "no node of the Cluster holds the slot of the key");
    }

    /**
     * Sends a request again in a moment, by the slots as they are then.
     *
     * @param why no node answers it now
     */
    void sendLater(KeyRequest request, String why) {
        watch.refresh();
        String failure = watch.failure();
        boolean isOverdue = request.waitedNanos() >= config.timeout().toNanos();
        if (routes == ClusterRoutes.NONE && failure == null) {
            if (isOverdue) {
                fail(request, "the Cluster has not told its slots in time");
            } else {
                postponed.add(request);
            }
        } else if (isOverdue || request.hops() >= MAX_HOPS || routes == ClusterRoutes.NONE) {
            fail(request, failure == null ? why : failure);
        } else {
            postponed.add(request.referred(/* asking= */ false));
        }
    }

    private static void fail(Request request, String why) {
        InFlight.fail(List.of(request), BackingStoreException.unavailable(why, null));
    }

    /** Asks for the slots anew: they do not seem to be what they were. */
    void refresh() {
        watch.refresh();
    }

    /* --------------- Slots --------------- */

    /** From now on requests go by these slots. */
    private void follow(ClusterSlots next) {
        ClusterSlots before = routes.slots();
        if (next != before) {
            BitSet moved = next.movedSince(before);
            routes = ClusterRoutes.of(next, nodes);
            if (before == ClusterSlots.NONE) {
                LOG.info("The Cluster has {}", next);
            } else if (!moved.isEmpty()) {
                LOG.info("{} slots of the Cluster have moved; it has {}", moved.cardinality(), next);
                undropped.or(moved);
            }
        }
        dropMoved();
        nodes.removeAllBut(next.masters());
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
        List<NodeStats> each = new ArrayList<>();
        ClusterSlots slots = routes.slots();
        nodes.all().forEach((address, node) -> each.add(node.stats(NodeStats.Role.MASTER, slots.count(address))));
        return StoreStats.of(StoreStats.Topology.CLUSTER, config.tls() != null, each);
    }

    @Override
    public @Nullable String lostThread() {
        String lost = watch.lostThread();
        for (RedisNode node : nodes.all().values()) {
            lost = lost == null ? node.lostThread() : lost;
        }
        return lost;
    }

    @Override
    public void close() {
        watch.close();
        postponed.close();
        nodes.close();
    }
}
