package redisproxy.resp;

import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where the commands of a port are executed that cost more than a selector's thread may spend in one go: those whose cost grows
 * with the number of connections, of settings or of cached keys, or that wait for a lock. Commands that look at the whole cache have a queue of their
 * own, so that the others do not wait for them. Thread-safe.
 */
final class Background {
    /** One of those that look at the whole cache. */
    static final String WHOLE_CACHE = "cache|flush";

    private static final Set<String> OF_WHOLE_CACHE = Set.of(WHOLE_CACHE, "cache|keys", "config|set");
    private static final Set<String> CHANGING = Set.of(
            "cache|flush",
            "cache|invalidate",
            "client|kill",
            "config|resetstat",
            "config|set",
            "hotkeys|reset",
            "hotkeys|start",
            "hotkeys|stop");
    private static final Set<String> NAMES = Set.of(
            "cache|flush",
            "cache|hotkeys",
            "cache|info",
            "cache|invalidate",
            "cache|keys",
            "cache|prefixes",
            "client|kill",
            "client|list",
            "command",
            "command|docs",
            "command|info",
            "command|list",
            "config|get",
            "config|resetstat",
            "config|set",
            "dbsize",
            "hotkeys|get",
            "hotkeys|reset",
            "hotkeys|start",
            "hotkeys|stop",
            "info",
            "latency|histogram",
            "slowlog|get");

    /** Each takes up to a second with millions of keys, and every client that asks is to have an answer in bounded time. */
    private static final int MOST_OF_WHOLE_CACHE = 16;

    private final BackgroundQueue ofWholeCache;
    private final BackgroundQueue others;

    Background(Executor executor) {
        ofWholeCache = new BackgroundQueue(executor, MOST_OF_WHOLE_CACHE, new Rests());
        others = new BackgroundQueue(executor, Integer.MAX_VALUE, new Rests());
    }

    /** Whether the command is executed in the background. */
    static boolean holds(String name) {
        return NAMES.contains(name);
    }

    /** Whether the command does nothing but answer. */
    static boolean isQuestion(String name) {
        return NAMES.contains(name) && !CHANGING.contains(name);
    }

    /** Has a run of the command done; returns the error to reply with if too many wait, else null. */
    byte @Nullable [] offer(String name, BackgroundQueue.Task run) {
        BackgroundQueue queue = OF_WHOLE_CACHE.contains(name) ? ofWholeCache : others;
        return queue.offer(run)
                ? null
                : ReplyBuilder.error("ERR %d requests that look at the whole cache are waiting already: ask again later"
                        .formatted(queue.mostTasks()));
    }
}
