package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Load;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingConfig;
import redisproxy.measure.EventLog;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Question;

/** A store whose keys are all on one server. Thread-safe. */
final class StandaloneStore implements RedisStore, PinTargets {
    private final NodeConfig config;
    private final RedisNode node;
    private final BackingServer backing = new BackingServer();
    private final boolean isEncrypted;

    /** Makes a store that takes requests over, and sends them once it is started. */
    StandaloneStore(NodeConfig config, @Nullable TrackingConfig tracking, EventLog log) {
        this(config, tracking, Tracker.REFUSED_PAUSE, log);
    }

    StandaloneStore(NodeConfig config, @Nullable TrackingConfig tracking, Duration refusedPause, EventLog log) {
        this(config, tracking, refusedPause, Rerouting.NONE, log);
    }

    StandaloneStore(
            NodeConfig config,
            @Nullable TrackingConfig tracking,
            Duration refusedPause,
            Rerouting rerouting,
            EventLog log) {
        this.config = config;
        this.node = new RedisNode(config, tracking, refusedPause, rerouting, backing, log);
        this.isEncrypted = config.tls() != null;
    }

    @Override
    public void start(Origins origins) {
        node.start(origins.origin());
    }

    @Override
    public void load(List<? extends Load> loads) {
        if (loads.size() == 1) {
            node.take(List.of(new ReadRequest(loads.get(0))));
            return;
        }
        List<Request> requests = new ArrayList<>(loads.size());
        for (Load load : loads) {
            requests.add(new ReadRequest(load));
        }
        node.take(requests);
    }

    void send(KeyRequest request) {
        node.take(List.of(request));
    }

    /** Has what is not finished taken over by the {@link Rerouting}. Blocks for two seconds at most. */
    void retire() {
        node.retire();
    }

    @Override
    public void ask(Question question) {
        node.take(List.of(new QuestionRequest(question)));
    }

    @Override
    public void ask(List<Question> questions) {
        node.take(questions.stream().map(QuestionRequest::new).toList());
    }

    @Override
    public void pass(List<PassedCommand> passed) {
        node.pass(PassRequest.of(passed));
    }

    @Override
    public boolean isCluster() {
        return false;
    }

    @Override
    public @Nullable String version() {
        return backing.version();
    }

    @Override
    public CommandTable commands() {
        return backing.get(node);
    }

    @Override
    public void readCommandsAnew() {
        backing.readAnew(node);
    }

    /** Returns what the server has told of its commands, without having it asked. */
    CommandTable known() {
        return backing.known();
    }

    @Override
    public NodeConfig pinTarget(byte @Nullable [] key) {
        return config;
    }

    @Override
    public StoreStats stats() {
        return StoreStats.of(
                StoreStats.Topology.STANDALONE,
                isEncrypted,
                List.of(node.stats(NodeStats.Role.ALONE, /* slots= */ 0, /* isRead= */ true)),
                null);
    }

    @Override
    public @Nullable String lostThread() {
        return node.lostThread();
    }

    @Override
    public void close() {
        node.close();
    }
}
