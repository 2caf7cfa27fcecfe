package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.measure.EventLog;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Question;

/**
 * A store whose keys are on the master that Sentinels watch, and on the replicas of that if it may read from them. Thread-safe.
 */
final class SentinelStore implements RedisStore, PinTargets, Sentinels.Follower {
    private final RedisConfig config;
    private final @Nullable TrackingConfig tracking;
    private final Sentinels sentinels;
    private final SentinelMaster master;

    /** Null if all is read from the master. */
    private final @Nullable SentinelReplicas replicas;

    /** Requests that wait for a replica, where the master is not read from. */
    private final Postponed postponed = new Postponed(request -> take(List.of(request)));

    private volatile @Nullable Origins origins;
    private volatile boolean isClosed;

    /**
     * Makes a store that takes requests over, and sends them once it is started and has been told the master.
     *
     * @param refusedPause after which time a server that does not offer tracking is asked for it again
     */
    SentinelStore(
            RedisConfig config,
            Topology.Sentinel topology,
            @Nullable TrackingConfig tracking,
            Duration refusedPause,
            EventLog log) {
        this.config = config;
        this.tracking = tracking;
        this.sentinels = new Sentinels(config, topology, this, log);
        this.master = new SentinelMaster(
                config, tracking, refusedPause, sentinels, this::offerToReplicas, this::masterFailed, log);
        this.replicas = config.reads().from() == ReadFrom.PRIMARY
                ? null
                : new SentinelReplicas(config, tracking, refusedPause, this::take, log);
    }

    @Override
    public void start(Origins followed) {
        origins = followed;
        if (replicas != null) {
            replicas.start(followed);
        }
        sentinels.start();
        master.start();
    }

    /* --------------- Requests --------------- */

    @Override
    public void load(List<? extends Load> loads) {
        if (loads.size() == 1) {
            take(List.of(new ReadRequest(loads.get(0))));
            return;
        }
        List<KeyRequest> requests = new ArrayList<>(loads.size());
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

    @Override
    public void pass(List<PassedCommand> passed) {
        master.pass(PassRequest.of(passed));
    }

    @Override
    public boolean isCluster() {
        return false;
    }

    @Override
    public @Nullable String version() {
        return master.version();
    }

    @Override
    public CommandTable commands() {
        return master.commands();
    }

    @Override
    public void readCommandsAnew() {
        master.readCommandsAnew();
    }

    @Override
    public @Nullable NodeConfig pinTarget(byte @Nullable [] key) {
        NodeAddress address = master.address();
        if (address != null) {
            return config.node(address);
        }
        String why = sentinels.failure();
        if (why != null) {
            throw BackingStoreException.unavailable(why, null);
        }
        return null;
    }

    @Override
    public boolean pinFailed() {
        sentinels.refresh();
        return true;
    }

    private void take(List<? extends KeyRequest> requests) {
        if (replicas == null) {
            master.take(requests);
            return;
        }
        List<KeyRequest> rest = replicas.take(requests);
        if (config.reads().from() == ReadFrom.REPLICA) {
            rest.forEach(this::awaitReplica);
        } else if (!rest.isEmpty()) {
            master.take(rest);
        }
    }

    private void awaitReplica(KeyRequest request) {
        String failure = sentinels.failure();
        boolean hasTime = !isClosed && request.waitedNanos() < config.timeout().toNanos();
        if (hasTime && failure == null && replicas != null && !replicas.isKnown()) {
            postponed.add(request);
            return;
        }
        if (hasTime && request.hops() < ClusterSending.MAX_HOPS) {
            postponed.add(request.referred(/* asking= */ false));
            return;
        }
        String why = failure == null ? ReplicaWatch.NO_REPLICA : failure;
        InFlight.fail(List.of(request), BackingStoreException.unavailable(why, null));
    }

    /** Hands over to replicas what waits for the master and may be read from them. Returns the rest. */
    private List<KeyRequest> offerToReplicas(List<KeyRequest> requests) {
        return replicas == null ? requests : replicas.take(requests);
    }

    /** The master does not answer. */
    private void masterFailed() {
        if (replicas != null) {
            replicas.masterFailed();
        }
    }

    /* --------------- Servers --------------- */

    @Override
    public void master(NodeAddress address) {
        Origins followed = origins;
        if (followed == null || isClosed) {
            return;
        }
        RedisNode node = master.become(address, followed);
        if (replicas != null) {
            replicas.follow(address, node);
        }
    }

    @Override
    public void replicas(Set<NodeAddress> addresses) {
        if (replicas != null && !isClosed) {
            replicas.follow(addresses);
        }
    }

    /* --------------- Figures --------------- */

    @Override
    public StoreStats stats() {
        List<NodeStats> nodes = new ArrayList<>();
        NodeStats present = master.stats(address -> replicas == null || replicas.isRead(address));
        if (present != null) {
            nodes.add(present);
        }
        if (replicas != null) {
            nodes.addAll(replicas.stats());
        }
        boolean isTls = config.tls() != null;
        TrackingStatus all = present == null && tracking != null
                ? new TrackingStatus(TrackingStatus.State.DISCONNECTED, "no master is known", 0, 0, 0, -1)
                : StoreStats.of(StoreStats.Topology.SENTINEL, isTls, nodes, null)
                        .tracking();
        return new StoreStats(StoreStats.Topology.SENTINEL, isTls, nodes, master.withPast(all), sentinels.stats());
    }

    @Override
    public @Nullable String lostThread() {
        String lost = master.lostThread();
        if (lost == null && replicas != null) {
            lost = replicas.lostThread();
        }
        return lost == null ? sentinels.lostThread() : lost;
    }

    @Override
    public void close() {
        sentinels.close();
        isClosed = true;
        postponed.close();
        if (replicas != null) {
            replicas.close();
        }
        master.close();
    }
}
