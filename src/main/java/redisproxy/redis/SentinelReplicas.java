package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origins;
import redisproxy.cache.TrackingConfig;
import redisproxy.measure.EventLog;

/** The replicas of the master that Sentinels watch, and which requests go to them. Thread-safe; no method blocks but {@link #close}. */
final class SentinelReplicas implements ReplicaWatch.Follower, AutoCloseable {
    private static final String FAILED = "a connection to it has failed";

    private final RedisConfig config;
    private final RedisNodes nodes;
    private final ReplicaWatch watch;
    private final Consumer<List<KeyRequest>> others;

    /** Held while readers are found and nodes removed. */
    private final Object lock = new Object();

    private volatile @Nullable Shard shard;
    private volatile @Nullable RedisNode masterNode;

    /** Which servers keys are read from, each for a part of the keys. */
    private volatile List<NodeAddress> readers = List.of();

    /** Their nodes, in the same order. */
    private volatile List<RedisNode> readerNodes = List.of();

    /**
     * Makes what is started later.
     *
     * @param others takes over what a replica has not answered
     */
    SentinelReplicas(
            RedisConfig config,
            @Nullable TrackingConfig tracking,
            Duration refusedPause,
            Consumer<List<KeyRequest>> others,
            EventLog log) {
        this.config = config;
        this.others = others;
        this.nodes = new RedisNodes((address, role) ->
                new RedisNode(config.replica(address), tracking, refusedPause, new Replica(address), log));
        this.watch = new ReplicaWatch(config.reads(), config.limit(), this::watched, this, log);
    }

    void start(Origins origins) {
        nodes.start(origins);
        watch.start();
    }

    private Map<NodeAddress, RedisNode> watched() {
        Map<NodeAddress, RedisNode> all = nodes.all();
        Shard present = shard;
        RedisNode master = masterNode;
        if (present != null && master != null) {
            all.put(present.master(), master);
        }
        return all;
    }

    /* --------------- Requests --------------- */

    /** Hands over to replicas what is read from them, and returns the rest, which is for the master. */
    List<KeyRequest> take(List<? extends KeyRequest> requests) {
        List<RedisNode> present = readerNodes;
        RedisNode master = masterNode;
        List<KeyRequest> rest = new ArrayList<>();
        IdentityHashMap<RedisNode, List<KeyRequest>> byNode = new IdentityHashMap<>();
        for (KeyRequest request : requests) {
            RedisNode node = present.isEmpty() ? master : present.get(KeySlot.of(request.key()) % present.size());
            if (node == null || node == master) {
                rest.add(request);
            } else {
                byNode.computeIfAbsent(node, each -> new ArrayList<>()).add(request);
            }
        }
        byNode.forEach((node, some) -> {
            if (!node.tryTake(some)) {
                // It is not known here yet that it cannot be reached.
                rest.addAll(some);
            }
        });
        return rest;
    }

    /** Returns whether the master is known, so that replicas can be. */
    boolean isKnown() {
        return shard != null;
    }

    /** The master does not answer: where it is one of several to read from, others are. */
    void masterFailed() {
        Shard present = shard;
        if (present != null) {
            boolean unused = watch.suspect(present.master(), FAILED, /* asksAtOnce= */ true);
        }
    }

    /* --------------- Servers --------------- */

    /** Another server is the master now. */
    void follow(NodeAddress master, RedisNode node) {
        synchronized (lock) {
            Shard before = shard;
            masterNode = node;
            shard = shard(master, before == null ? List.of() : before.replicas());
        }
        readersChanged(Set.of());
    }

    /** These are the replicas now, the master perhaps among them. */
    void follow(Set<NodeAddress> replicas) {
        synchronized (lock) {
            Shard before = shard;
            if (before == null) {
                return;
            }
            Shard next = shard(before.master(), replicas);
            if (next.equals(before)) {
                return;
            }
            shard = next;
        }
        readersChanged(Set.of());
    }

    /** A key is read from the same replica as long as they are the same, so their order must be. */
    private static Shard shard(NodeAddress master, Iterable<NodeAddress> replicas) {
        List<NodeAddress> sorted = new ArrayList<>();
        replicas.forEach(sorted::add);
        sorted.remove(master);
        sorted.sort(Comparator.comparing(NodeAddress::toString));
        return new Shard(master, sorted);
    }

    @Override
    public List<Shard> shards() {
        Shard present = shard;
        return present == null ? List.of() : List.of(present);
    }

    @Override
    public void readersChanged(Set<NodeAddress> left) {
        synchronized (lock) {
            Shard present = shard;
            if (present == null) {
                return;
            }
            left.forEach(nodes::renew);
            present.replicas().forEach(replica -> nodes.at(replica, config.replicaRole()));
            List<NodeAddress> next = watch.readers(present);
            List<RedisNode> found = new ArrayList<>();
            for (NodeAddress reader : next) {
                RedisNode node = reader.equals(present.master()) ? masterNode : nodes.at(reader, config.replicaRole());
                if (node != null) {
                    found.add(node);
                }
            }
            readers = next;
            readerNodes = List.copyOf(found);
            nodes.removeAllBut(Set.copyOf(present.replicas()));
        }
    }

    /** What becomes of requests that a replica does not answer. */
    private final class Replica implements Rerouting {
        private final NodeAddress address;

        Replica(NodeAddress address) {
            this.address = address;
        }

        @Override
        public boolean takesOver(Request request, String error) {
            if (!(request instanceof KeyRequest keyed)
                    || keyed.hops() >= ClusterSending.MAX_HOPS
                    || !SentinelRerouting.isNotServing(error)) {
                return false;
            }
            boolean unused = watch.suspect(address, "it replies " + Failures.printable(error), /* asksAtOnce= */ false);
            others.accept(List.of(keyed.referred(/* asking= */ false)));
            return true;
        }

        @Override
        public List<Request> takeOver(List<Request> unfinished) {
            List<Request> rest = new ArrayList<>();
            List<KeyRequest> wanted = new ArrayList<>();
            for (Request request : unfinished) {
                if (request instanceof KeyRequest keyed && keyed.hops() < ClusterSending.MAX_HOPS) {
                    wanted.add(keyed.referred(/* asking= */ false));
                } else {
                    rest.add(request);
                }
            }
            others.accept(wanted);
            return rest;
        }

        @Override
        public boolean hasOthers() {
            return true;
        }

        @Override
        public void serverFailed() {
            boolean unused = watch.suspect(address, FAILED, /* asksAtOnce= */ true);
        }

        @Override
        public void wrongRole(String why) {
            boolean unused = watch.lost(address, why);
        }
    }

    /* --------------- Figures --------------- */

    boolean isRead(NodeAddress address) {
        return readers.contains(address);
    }

    List<NodeStats> stats() {
        List<NodeStats> all = new ArrayList<>();
        nodes.all()
                .forEach((address, node) ->
                        all.add(node.stats(NodeStats.Role.REPLICA, /* slots= */ 0, isRead(address))));
        return all;
    }

    @Nullable
    String lostThread() {
        return nodes.lostThread();
    }

    @Override
    public void close() {
        watch.close();
        nodes.close();
    }
}
