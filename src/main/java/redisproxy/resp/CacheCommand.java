package redisproxy.resp;

import java.util.List;
import java.util.function.Supplier;
import redisproxy.auth.KeyAccess;
import redisproxy.auth.Principal;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;
import redisproxy.measure.Accesses;

/** CACHE, a command of the proxy's own: shows and drops what is cached. Thread-safe. */
final class CacheCommand {
    private static final int MOST_KEYS = 10_000;

    /** Their values stay as they are, in Redis. */
    private static final KeyPositions INVALIDATED = new KeyPositions(2, -1, 1, List.of("RM"));

    private static final int PARTS_PER_KEY = 5;
    private static final byte[] ELEMENT = new ReplyBuilder(false).array(3).toBytes();

    private final ReadThroughCache cache;
    private final AccessReports reports;
    private final Supplier<String> info;

    /**
     * Makes the command; {@code info} returns the text of CACHE INFO.
     */
    CacheCommand(ReadThroughCache cache, Accesses accesses, Supplier<String> info) {
        this.cache = cache;
        this.reports = new AccessReports(accesses);
        this.info = info;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                "cache",
                -2,
                List.of("admin", "noscript", "loading", "stale"),
                KeyPositions.NONE,
                "1.0.0",
                "server",
                "A container for commands about the cache of this proxy.");
        return reports.addTo(new Container(spec))
                .with("FLUSH", 2, "FLUSH", "Drop everything that is cached.", this::flush)
                .with("INFO", 2, "INFO", "Return what INFO says of the cache and its coherence.", this::info)
                .with(
                        "INVALIDATE",
                        -3,
                        "INVALIDATE <key> [<key> ...]",
                        "Drop these keys from the cache; return how many were there.",
                        this::invalidate)
                .keys(INVALIDATED)
                .with(
                        "KEYS",
                        3,
                        "KEYS <count>",
                        "Return the keys used last, the last one first, each with its age in seconds and its size.",
                        this::keys)
                .build();
    }

    private void flush(Invocation invocation) {
        cache.invalidateAll();
        invocation.ok();
    }

    private void info(Invocation invocation) {
        invocation.reply(invocation.encoder().verbatim(info.get()));
    }

    private void invalidate(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        int dropped = 0;
        for (int i = 2; i < arguments.count(); i++) {
            dropped += cache.drop(arguments.bytes(i)) ? 1 : 0;
            invocation.step();
        }
        invocation.integer(dropped);
    }

    private void keys(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        long most = WholeNumber.parse(arguments.text(2), -1);
        if (most < 1 || most > MOST_KEYS) {
            invocation.error("ERR count: '%s' is not accepted (expected: a whole number from 1 to %d)"
                    .formatted(CommandErrors.quoted(arguments, 2), MOST_KEYS));
            return;
        }
        Principal principal = invocation.session().principal();
        List<Entry> entries = cache.mostRecent(
                (int) most,
                each -> principal.may(KeyAccess.METADATA, each.array(), 0, each.valueOffset()),
                invocation::step);
        invocation.reply(list(entries, invocation::step));
    }

    /** Keys may be long, so they are not copied. */
    private ReplyParts list(List<Entry> entries, Runnable step) {
        long now = cache.now();
        ReplyParts list = new ReplyParts(1 + PARTS_PER_KEY * entries.size());
        list.add(new ReplyBuilder(false).array(entries.size()).toBytes());
        for (Entry entry : entries) {
            list.add(ELEMENT);
            list.addBulk(entry.array(), 0, entry.valueOffset());
            list.add(new ReplyBuilder(false)
                    .integer(cache.ageSeconds(entry, now))
                    .integer(entry.valueLength())
                    .toBytes());
            step.run();
        }
        return list;
    }
}
