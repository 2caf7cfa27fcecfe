package redisproxy.server;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.ReadThroughCache;
import redisproxy.measure.EventLog;
import redisproxy.warm.KeysFile;
import redisproxy.warm.WarmConfig;
import redisproxy.warm.WarmUp;

/**
 * What a proxy does at its start to have its hottest keys in memory, and later so that the next process has them, as far as the settings
 * ask for it. Start and close it on one thread; the rest is thread-safe.
 */
final class WarmStart implements AutoCloseable {
    private final @Nullable WarmUp warmUp;
    private final @Nullable KeysFile file;

    WarmStart(@Nullable WarmConfig config, ReadThroughCache cache, EventLog log) {
        warmUp = config == null ? null : new WarmUp(config, cache, log);
        file = config != null && config.source() instanceof WarmConfig.File from
                ? new KeysFile(from.path(), config.mostKeys(), cache)
                : null;
    }

    /** Begins to load keys, and to write them. */
    void start(String threadsName) {
        if (warmUp != null) {
            warmUp.start(threadsName + "-warm-up");
        }
        if (file != null) {
            file.start(threadsName + "-hottest-keys");
        }
    }

    /** Waits until the keys are loaded, for a bounded time. */
    void await() {
        if (warmUp != null) {
            warmUp.await();
        }
    }

    /** Returns why keys are still being loaded, or null. */
    @Nullable
    String pending() {
        return warmUp == null ? null : warmUp.pending();
    }

    /** Ends the loading, and writes the keys for the next process. Blocks. */
    @Override
    public void close() {
        if (warmUp != null) {
            warmUp.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
