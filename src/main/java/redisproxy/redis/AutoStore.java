package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingConfig;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.upstream.CommandCatalog;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Question;

/**
 * A store for a server of which only the address is known. It asks that server what it is as soon as it answers. One that
 * stands alone is asked for all keys, as it has been until then. A node of a Cluster leads to the others. A Sentinel holds no
 * keys: it is asked again now and then, and until it is something else, requests are refused in words that say what to do.
 * Thread-safe.
 */
final class AutoStore implements RedisStore, Rerouting, PinTargets {
    private final RedisConfig config;
    private final NodeConfig node;
    private final @Nullable TrackingConfig tracking;
    private final EventLog log;
    private final StandaloneStore alone;
    private final Postponed postponed = new Postponed(this::send);
    private final ModeWatch watch;

    private volatile @Nullable ClusterStore cluster;
    private volatile boolean isAlone;

    /** Why the server cannot be read, or null if it can or is not known yet. */
    private volatile @Nullable String refusal;

    /** Whether the server has said that another one holds a key, which a node of a Cluster alone does. */
    private volatile boolean hasReferred;

    @GuardedBy("this")
    private @Nullable Origins origins;

    @GuardedBy("this")
    private boolean isClosed;

    /** Makes a store that takes requests over, and sends them once it is started. */
    AutoStore(RedisConfig config, NodeAddress address, @Nullable TrackingConfig tracking, EventLog log) {
        this.config = config;
        this.node = config.node(address);
        this.tracking = tracking;
        this.log = log;
        this.alone = new StandaloneStore(node, tracking, Tracker.REFUSED_PAUSE, this, log);
        this.watch = new ModeWatch(node, this::become);
    }

    @Override
    public void start(Origins followed) {
        synchronized (this) {
            origins = followed;
        }
        alone.start(followed);
        watch.start();
    }

    private RedisStore present() {
        ClusterStore found = cluster;
        return found == null ? alone : found;
    }

    @Override
    public void load(List<? extends Load> loads) {
        String why = refusal;
        if (why == null) {
            present().load(loads);
        } else {
            fail(loads.stream().map(ReadRequest::new).toList(), why);
        }
    }

    @Override
    public void ask(Question question) {
        ask(List.of(question));
    }

    @Override
    public void ask(List<Question> questions) {
        String why = refusal;
        if (why == null) {
            present().ask(questions);
        } else {
            fail(questions.stream().map(QuestionRequest::new).toList(), why);
        }
    }

    @Override
    public void pass(List<PassedCommand> passed) {
        String why = refusal;
        if (why == null) {
            present().pass(passed);
        } else {
            fail(PassRequest.of(passed), why);
        }
    }

    @Override
    public boolean isCluster() {
        return cluster != null;
    }

    @Override
    public @Nullable String version() {
        String told = present().version();
        return told == null ? alone.version() : told;
    }

    @Override
    public CommandCatalog commands() {
        CommandCatalog present = present().commands();
        return present.isKnown() ? present : alone.known();
    }

    @Override
    public void readCommandsAnew() {
        present().readCommandsAnew();
    }

    @Override
    public @Nullable String serverOf(byte[] key) {
        return present().serverOf(key);
    }

    @Override
    public @Nullable NodeConfig pinTarget(byte @Nullable [] key) {
        String why = refusal;
        if (why != null) {
            throw BackingStoreException.unavailable(why, null);
        }
        ClusterStore found = cluster;
        return found == null ? node : found.pinTarget(key);
    }

    @Override
    public boolean pinFailed() {
        ClusterStore found = cluster;
        return found != null && found.pinFailed();
    }

    private void send(KeyRequest request) {
        String why = refusal;
        ClusterStore found = cluster;
        if (why != null) {
            fail(List.of(request), why);
        } else if (found == null) {
            alone.send(request);
        } else {
            found.send(request);
        }
    }

    private static void fail(List<? extends Request> requests, String why) {
        InFlight.fail(requests, BackingStoreException.unavailable(why, null));
    }

    /* --------------- Finding out --------------- */

    /** Does what follows from what the server is; returns whether it is not asked again. */
    private boolean become(ServerMode mode, ControlConnection connection) {
        if (cluster != null) {
            return true;
        }
        if (mode == ServerMode.SENTINEL) {
            refuse(WrongPeer.sentinel(node, ServerMode.masterNames(connection)));
            return false;
        }
        if (mode == ServerMode.CLUSTER || (mode == ServerMode.UNTOLD && hasReferred)) {
            return becomeCluster();
        }
        tell(EventKind.REDIS_FOUND, "Redis at %s is one server (standalone)".formatted(node.address()));
        if (config.reads().from() != ReadFrom.PRIMARY) {
            tell(
                    EventKind.SETTING_IGNORED,
                    "READ_FROM=%s has no effect: one server is asked for all keys; replicas are found through Sentinels or in a Cluster"
                            .formatted(config.reads().from()));
        }
        refusal = null;
        isAlone = true;
        return true;
    }

    private void tell(EventKind kind, String text) {
        log.tell(kind, node.address().toString(), text);
    }

    private void refuse(String why) {
        if (!why.equals(refusal)) {
            tell(EventKind.REDIS_UNREADABLE, "Nothing can be read: " + why);
        }
        refusal = why;
    }

    private boolean becomeCluster() {
        if (config.database() != 0) {
            refuse(WrongPeer.oneDatabase(node));
            return false;
        }
        tell(
                EventKind.REDIS_FOUND,
                "Redis at %s is a node of a Cluster (REDIS_MODE=cluster says so from the start)"
                        .formatted(node.address()));
        Topology.Cluster seeds = new Topology.Cluster(List.of(node.address()));
        ClusterStore found = new ClusterStore(config, seeds, tracking, Tracker.REFUSED_PAUSE, log);
        Origins followed;
        synchronized (this) {
            followed = origins;
            if (isClosed || followed == null) {
                found.close();
                return true;
            }
            found.start(followed);
            cluster = found;
            refusal = null;
        }
        try {
            alone.retire();
        } finally {
            followed.origin().close();
        }
        return true;
    }

    /* --------------- What the server refers to others --------------- */

    @Override
    public boolean takesOver(Request request, String error) {
        if (!(request instanceof KeyRequest keyed) || !WrongPeer.isOfAnotherMode(error)) {
            return false;
        }
        if (isAlone && request instanceof PassRequest) {
            // A script may reply any error.
            return false;
        }
        String why = refusal;
        if (why != null) {
            request.fail(BackingStoreException.unavailable(why, null));
            return true;
        }
        Redirect redirect = Redirect.of(error, node.address());
        if (redirect != null && redirect.address() != null) {
            hasReferred = true;
            isAlone = false;
            watch.doubt();
        }
        if (isAlone || keyed.hops() >= ClusterSending.MAX_HOPS) {
            return false;
        }
        postponed.add(keyed.referred(/* asking= */ false));
        return true;
    }

    @Override
    public List<Request> takeOver(List<Request> unfinished) {
        List<Request> rest = new ArrayList<>();
        for (Request request : unfinished) {
            if (request instanceof KeyRequest keyed) {
                send(keyed);
            } else {
                rest.add(request);
            }
        }
        return rest;
    }

    @Override
    public void serverFailed() {}

    /* --------------- Figures --------------- */

    @Override
    public StoreStats stats() {
        StoreStats stats = present().stats();
        boolean isKnown = cluster != null || isAlone;
        return isKnown
                ? stats
                : new StoreStats(
                        StoreStats.Topology.UNKNOWN,
                        stats.isEncrypted(),
                        stats.nodes(),
                        stats.tracking(),
                        stats.watch());
    }

    @Override
    public @Nullable String lostThread() {
        ClusterStore found = cluster;
        if (found != null) {
            return found.lostThread();
        }
        String lost = watch.lostThread();
        return lost == null ? alone.lostThread() : lost;
    }

    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        watch.close();
        postponed.close();
        present().close();
    }
}
