package redisproxy.resp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import redisproxy.measure.DurationStats;

/** LATENCY (redis.io, "LATENCY"): how long commands took, and which loads took long. Thread-safe. */
final class LatencyCommand {
    private static final String ALL_NODES = "request_policy:all_nodes";
    private static final String VARIES = "nondeterministic_output";
    private static final String SPECIAL = "response_policy:special";

    /** As in Redis: the first bucket of a histogram ends here, and each further one at twice the end of the one before. */
    private static final long FIRST_BUCKET_NANOS = 1024;

    private final LatencyMonitor monitor;
    private final Supplier<List<CommandStats>> commands;

    /** Makes the command; {@code commands} returns the figures of the commands, in the order of their names. */
    LatencyCommand(LatencyMonitor monitor, Supplier<List<CommandStats>> commands) {
        this.monitor = monitor;
        this.commands = commands;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                "latency",
                -2,
                List.of("admin", "noscript", "loading", "stale"),
                KeyPositions.NONE,
                "2.8.13",
                "server",
                "A container for latency diagnostics commands.");
        return new Container(spec)
                .with("DOCTOR", 2, "DOCTOR", "Return a text about the loads that took long.", this::doctor)
                .tips(VARIES, ALL_NODES, SPECIAL)
                .with(
                        "HISTOGRAM",
                        -2,
                        "HISTOGRAM [<command> ...]",
                        "Return how long these commands took, or all: cumulative counts by microseconds.",
                        this::histogram)
                .since("7.0.0")
                .tips(VARIES, ALL_NODES, SPECIAL)
                .with(
                        "HISTORY",
                        3,
                        "HISTORY <event>",
                        "Return when the event 'load' took long, and how many milliseconds.",
                        this::history)
                .tips(VARIES, ALL_NODES, SPECIAL)
                .with("LATEST", 2, "LATEST", "Return the last and the longest load that took long.", this::latest)
                .tips(VARIES, ALL_NODES, SPECIAL)
                .with("RESET", -2, "RESET [<event> ...]", "Forget the loads that took long.", this::reset)
                .tips(ALL_NODES, "response_policy:all_succeeded")
                .helpSince("2.8.13")
                .build();
    }

    private void doctor(Invocation invocation) {
        invocation.reply(invocation.encoder().verbatim(LatencyDoctor.report(monitor)));
    }

    private void history(Invocation invocation) {
        List<LatencyMonitor.Sample> samples =
                isLoad(invocation.arguments(), 2) ? monitor.history().samples() : List.of();
        ReplyBuilder reply = invocation.encoder().array(samples.size());
        samples.forEach(each -> reply.array(2).integer(each.unixSeconds()).integer(each.millis()));
        invocation.reply(reply);
    }

    private void latest(Invocation invocation) {
        LatencyMonitor.History history = monitor.history();
        List<LatencyMonitor.Sample> samples = history.samples();
        ReplyBuilder reply = invocation.encoder().array(Math.min(1, samples.size()));
        if (!samples.isEmpty()) {
            LatencyMonitor.Sample last = samples.get(samples.size() - 1);
            reply.array(4)
                    .bulk(LatencyMonitor.LOAD)
                    .integer(last.unixSeconds())
                    .integer(last.millis())
                    .integer(history.longestMillis());
        }
        invocation.reply(reply);
    }

    private void reset(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        boolean isMeant = arguments.count() == 2;
        for (int i = 2; i < arguments.count(); i++) {
            isMeant |= isLoad(arguments, i);
        }
        invocation.integer(isMeant && monitor.reset() ? 1 : 0);
    }

    private static boolean isLoad(Arguments arguments, int index) {
        return arguments.text(index).equals(LatencyMonitor.LOAD);
    }

    private void histogram(Invocation invocation) {
        Map<String, DurationStats> wanted = wanted(invocation.arguments());
        ReplyBuilder reply = invocation.encoder().map(wanted.size());
        wanted.forEach((name, durations) -> {
            reply.bulk(name).map(2).bulk("calls").integer(durations.count()).bulk("histogram_usec");
            List<long[]> buckets = buckets(durations);
            reply.map(buckets.size());
            buckets.forEach(each -> reply.integer(each[0]).integer(each[1]));
        });
        invocation.reply(reply);
    }

    /** Returns the durations of the commands that the arguments name, of all if there are none. A container means its subcommands. */
    private Map<String, DurationStats> wanted(Arguments arguments) {
        List<CommandStats> measured = commands.get().stream()
                .filter(each -> each.durations().count() > 0)
                .toList();
        Map<String, DurationStats> wanted = new LinkedHashMap<>();
        for (int i = 2; i < arguments.count(); i++) {
            String name = arguments.text(i).toLowerCase(Locale.ROOT);
            measured.stream()
                    .filter(each -> each.name().equals(name) || each.name().startsWith(name + "|"))
                    .forEach(each -> wanted.put(each.name(), each.durations()));
        }
        if (arguments.count() == 2) {
            measured.forEach(each -> wanted.put(each.name(), each.durations()));
        }
        return wanted;
    }

    /** Returns the buckets that add to those before: the end in microseconds, and how many calls took no longer. */
    private static List<long[]> buckets(DurationStats durations) {
        List<long[]> buckets = new ArrayList<>();
        long counted = 0;
        for (long end = FIRST_BUCKET_NANOS; counted < durations.count(); end *= 2) {
            long upTo = durations.countUpTo(end);
            if (upTo > counted) {
                buckets.add(new long[] {DurationStats.roundedUp(end) / 1000, upTo});
                counted = upTo;
            }
        }
        return buckets;
    }
}
