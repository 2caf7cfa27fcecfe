package redisproxy.resp;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;

/** CACHE, which is the proxy's own: what is cached, and how to have it dropped. */
final class CacheCommands {
    private static final int MOST_KEYS = 10_000;

    private final ReadThroughCache cache;
    private final Supplier<String> info;
    private final Executor executor;

    /**
     * Makes the commands.
     *
     * @param info what CACHE INFO says
     * @param executor runs what takes longer than a selector's thread has
     */
    CacheCommands(ReadThroughCache cache, Supplier<String> info, Executor executor) {
        this.cache = cache;
        this.info = info;
        this.executor = executor;
    }

    Command cache() {
        Subcommands subcommands = new Subcommands("cache")
                .withLater("FLUSH", 2, "FLUSH", "Drop everything that is cached.", this::flush)
                .with("INFO", 2, "INFO", "Return what INFO says of the cache and its coherence.", this::info)
                .with(
                        "INVALIDATE",
                        -3,
                        "INVALIDATE <key> [<key> ...]",
                        "Drop these keys from the cache; return how many were there.",
                        this::invalidate)
                .withLater(
                        "KEYS",
                        3,
                        "KEYS <count>",
                        "Return the keys used last, the last one first, each with its age in seconds and its size.",
                        this::keys);
        return new Command(
                "cache",
                -2,
                List.of("admin", "noscript", "loading", "stale"),
                0,
                "1.0.0",
                "server",
                "A container for commands about the cache of this proxy.",
                subcommands);
    }

    private byte @Nullable [] flush(Session session, Arguments arguments, Supplier<Reply> later) {
        return execute(later.get(), () -> {
            cache.invalidateAll();
            return ReplyBuilder.ok();
        });
    }

    /** What takes the longer the more is cached is not for a selector's thread. */
    private byte @Nullable [] execute(Reply reply, Supplier<byte[]> command) {
        try {
            executor.execute(() -> {
                try {
                    reply.encoded(command.get());
                } catch (RuntimeException | Error e) {
                    reply.encoded(ReplyBuilder.error("ERR the command failed: " + e));
                }
                reply.flush();
            });
        } catch (RejectedExecutionException e) {
            reply.encoded(ReplyBuilder.error("ERR the proxy is shutting down"));
        }
        return null;
    }

    private byte[] info(Session session, Arguments arguments) {
        return new ReplyBuilder(session.isResp3()).verbatim(info.get()).toBytes();
    }

    private byte[] invalidate(Session session, Arguments arguments) {
        int dropped = 0;
        for (int i = 2; i < arguments.count(); i++) {
            dropped += cache.drop(arguments.bytes(i)) ? 1 : 0;
        }
        return new ReplyBuilder(false).integer(dropped).toBytes();
    }

    private byte @Nullable [] keys(Session session, Arguments arguments, Supplier<Reply> later) {
        long most;
        try {
            most = ConnectionCommands.integer(arguments.text(2));
        } catch (NumberFormatException e) {
            most = -1;
        }
        if (most < 1 || most > MOST_KEYS) {
            return ReplyBuilder.error("ERR count: '%s' is not accepted (expected: a whole number from 1 to %d)"
                    .formatted(CommandErrors.quoted(arguments, 2), MOST_KEYS));
        }
        int count = (int) most;
        return execute(later.get(), () -> list(count));
    }

    private byte[] list(int most) {
        List<Entry> entries = cache.mostRecent(most);
        long now = cache.now();
        ReplyBuilder list = new ReplyBuilder(false).array(entries.size());
        for (Entry entry : entries) {
            list.array(3)
                    .bulk(entry.keyBytes())
                    .integer(cache.ageSeconds(entry, now))
                    .integer(entry.valueLength());
        }
        return list.toBytes();
    }
}
