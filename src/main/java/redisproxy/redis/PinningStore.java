package redisproxy.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Load;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.upstream.CommandCatalog;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinStats;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.Question;

/** A store together with the connections to its servers that clients have to themselves. Thread-safe. */
final class PinningStore implements RedisStore {
    private final RedisStore store;
    private final PinnedConnections pins;

    PinningStore(RedisStore store, PinnedConnections pins) {
        this.store = store;
        this.pins = pins;
    }

    @Override
    public void start(Origins origins) {
        store.start(origins);
    }

    @Override
    public void load(List<? extends Load> loads) {
        store.load(loads);
    }

    @Override
    public void ask(Question question) {
        store.ask(question);
    }

    @Override
    public void ask(List<Question> questions) {
        store.ask(questions);
    }

    @Override
    public void pass(List<PassedCommand> commands) {
        store.pass(commands);
    }

    @Override
    public boolean isCluster() {
        return store.isCluster();
    }

    @Override
    public @Nullable String version() {
        return store.version();
    }

    @Override
    public CommandCatalog commands() {
        return store.commands();
    }

    @Override
    public void readCommandsAnew() {
        store.readCommandsAnew();
    }

    @Override
    public @Nullable PinnedConnection pin(byte @Nullable [] key, boolean resp3, int database, PinListener listener) {
        return pins.pin(key, resp3, database, listener);
    }

    @Override
    public PinStats pinned() {
        return pins.pinned();
    }

    @Override
    public @Nullable String serverOf(byte[] key) {
        return store.serverOf(key);
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public @Nullable String lostThread() {
        return store.lostThread();
    }

    @Override
    public void close() {
        pins.close();
        store.close();
    }
}
