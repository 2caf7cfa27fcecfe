package redisproxy.redis;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;

/**
 * Sends requests to the nodes of a Cluster by the slots of their keys, at once or in a moment, and fails those that no node answers.
 * Thread-safe; no method blocks but {@link #close}.
 */
final class ClusterSending implements AutoCloseable {
    /** How often a request is referred to another node, or to a later time. */
    static final int MAX_HOPS = 5;

    static final String NO_MASTER = "no node of the Cluster holds the slot of the key";

    private final RedisConfig config;
    private final ClusterRouting routing;
    private final ClusterHealth health;
    private final ClusterWatch watch;
    private final Postponed postponed = new Postponed(this::send);

    /** Makes what sends requests by the routes of {@code routing}; {@code watch} is told when these do not seem to be right. */
    ClusterSending(RedisConfig config, ClusterRouting routing, ClusterHealth health, ClusterWatch watch) {
        this.config = config;
        this.routing = routing;
        this.health = health;
        this.watch = watch;
    }

    /** Sends requests that belong together, those for one node as one batch. */
    void sendAll(List<? extends KeyRequest> requests) {
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

    private static @Nullable RedisNode nodeOf(KeyRequest request, ClusterRoutes routes) {
        if (!(request instanceof PassRequest passed)) {
            return routes.reader(slot(request));
        }
        return passed.hasAnySlot() ? routes.anyMaster(passed.command().lane()) : routes.master(slot(request));
    }

    private static int slot(KeyRequest request) {
        int told = request instanceof PassRequest passed ? passed.slot() : PassRequest.UNTOLD_SLOT;
        return told == PassRequest.UNTOLD_SLOT ? KeySlot.of(request.key()) : told;
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

    /**
     * A node is no replica, or one without its master.
     *
     * @return whether that was not known
     */
    boolean lost(NodeAddress address, String why) {
        return routing.lost(address, why);
    }

    /** Returns whether a request that a server fails to answer may be answered by another one. */
    boolean hasOthers(boolean isReplica) {
        return isReplica || config.reads().from() == ReadFrom.NEAREST;
    }

    boolean readsReplicasAlone() {
        return config.reads().from() == ReadFrom.REPLICA;
    }

    /** Fails what waits to be sent. */
    @Override
    public void close() {
        postponed.close();
    }
}
