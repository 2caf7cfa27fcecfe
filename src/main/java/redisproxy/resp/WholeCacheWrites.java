package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.PendingWrite;
import redisproxy.cache.ReadThroughCache;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Relay;

/**
 * Passes on commands that may write any key: the whole cache is dropped before, which takes long and is left to a thread of the pool.
 * Thread-safe; never blocks.
 */
final class WholeCacheWrites {
    private final @Nullable Relay relay;
    private final ReadThroughCache cache;
    private final Background background;

    /** Makes what passes commands on to {@code relay}, or nothing if that is null. */
    WholeCacheWrites(@Nullable Relay relay, ReadThroughCache cache, Background background) {
        this.relay = relay;
        this.cache = cache;
        this.background = background;
    }

    /** Has a command passed on when the whole cache has been dropped; {@code done} is run after that. */
    void pass(Session session, PassedCommand command, List<PendingWrite> writes, Runnable done) {
        // Before what another thread passes on.
        session.passes.sendNow();
        Runnable pass = () -> {
            if (relay != null) {
                relay.pass(new ArrayList<>(List.of(command)));
            }
        };
        // In doubt: the store may have it even if passing it on fails.
        begin(writes, pass, command::failInDoubt, done);
    }

    /** Has the whole cache dropped, and then {@code pass} run, or {@code fail}; {@code done} is run after that. */
    void begin(List<PendingWrite> writes, Runnable pass, Consumer<String> fail, Runnable done) {
        BackgroundQueue.Task task = new BackgroundQueue.Task() {
            @Override
            public void run(Rests rests) {
                try {
                    writes.add(cache.beginWriteOfAll());
                    pass.run();
                } catch (RuntimeException | Error e) {
                    fail.accept("ERR the command was not passed on: " + e);
                } finally {
                    done.run();
                }
            }

            @Override
            public void refuse() {
                fail.accept("ERR the proxy is shutting down");
                done.run();
            }
        };
        if (background.offer(Background.WHOLE_CACHE, task) != null) {
            fail.accept("ERR too many commands that may change all keys are waiting already: try again later");
            done.run();
        }
    }
}
