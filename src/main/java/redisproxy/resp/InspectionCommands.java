package redisproxy.resp;

import java.util.List;
import java.util.Locale;
import redisproxy.cache.CachedEntry;
import redisproxy.cache.ReadThroughCache;

/** What tools ask of a Redis when they connect, and what an entry of the cache takes: DBSIZE, MEMORY, MODULE. Thread-safe. */
final class InspectionCommands {
    /** A key of MEMORY USAGE that is not longer may be cached. */
    private static final int MAX_KEY_BYTES = 1024 * 1024;

    private static final KeyPositions SECOND_ARGUMENT = new KeyPositions(2, 2, 1, List.of("RO"));

    private final ReadThroughCache cache;

    InspectionCommands(ReadThroughCache cache) {
        this.cache = cache;
    }

    Command dbSize() {
        CommandSpec spec = new CommandSpec(
                "dbsize",
                1,
                List.of("readonly", "fast"),
                KeyPositions.NONE,
                "1.0.0",
                "server",
                "Returns how many values are cached.");
        return new Command(
                spec.withCategories("keyspace"),
                invocation -> invocation.integer(cache.stats().size()));
    }

    Command memory() {
        return new Container(container("memory", "4.0.0", "A container for memory diagnostics commands."))
                .with(
                        "USAGE",
                        -3,
                        "USAGE <key> [SAMPLES <count>]",
                        "Return the bytes that the cached value of a key takes here, estimated; nil if it is not cached.",
                        this::usage)
                .flags("readonly")
                .keys(SECOND_ARGUMENT)
                .helpSince("4.0.0")
                .build();
    }

    static Command module() {
        return new Container(container("module", "4.0.0", "A container for module commands."))
                .with("LIST", 2, "LIST", "Return an empty list: there are no modules here.", InspectionCommands::none)
                .flags("admin", "noscript")
                .tips("nondeterministic_output_order")
                .build();
    }

    private static CommandSpec container(String name, String since, String summary) {
        return new CommandSpec(name, -2, List.of(), KeyPositions.NONE, since, "server", summary);
    }

    private static void none(Invocation invocation) {
        invocation.reply(invocation.encoder().array(0));
    }

    /** The number of samples is for nested types; it is checked and has no effect. */
    private void usage(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        boolean hasSamples = arguments.count() == 5
                && arguments.text(3).toUpperCase(Locale.ROOT).equals("SAMPLES")
                && WholeNumber.parse(arguments.text(4), -1) >= 0;
        if (arguments.count() != 3 && !hasSamples) {
            invocation.reply(CommandErrors.syntax());
            return;
        }
        CachedEntry entry = arguments.length(2) > MAX_KEY_BYTES ? null : cache.inspect(arguments.bytes(2));
        if (entry == null || entry.isAbsent()) {
            invocation.reply(invocation.encoder().nil());
        } else {
            invocation.integer(entry.heapBytes());
        }
    }
}
