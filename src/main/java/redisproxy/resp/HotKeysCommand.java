package redisproxy.resp;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.Accesses;
import redisproxy.measure.HotKey;
import redisproxy.measure.KeyTraffic;

/**
 * HOTKEYS of Redis 8.6: a session in which the bytes that each key costs are counted. They are estimated from samples and scaled
 * to all accesses; the time that a key costs is not measured. Thread-safe.
 */
final class HotKeysCommand {
    private static final int MAX_METRICS = 2;
    private static final int DEFAULT_COUNT = 10;
    private static final int MAX_COUNT = 64;
    private static final int MAX_SECONDS = 1_000_000;
    private static final int LAST_SLOT = 16_383;
    private static final String SYNTAX = "ERR syntax error";

    private final Accesses accesses;

    HotKeysCommand(Accesses accesses) {
        this.accesses = accesses;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                "hotkeys",
                -2,
                List.of("admin", "noscript"),
                KeyPositions.NONE,
                "8.6.0",
                "server",
                "A container for hotkeys tracking commands.");
        return new Container(spec)
                .with(
                        "START",
                        -2,
                        "START METRICS <count> [CPU] [NET] [COUNT <k>] [DURATION <seconds>] [SAMPLE <ratio>]",
                        "Count the bytes that are moved for each key (NET). CPU is not measured.",
                        this::start)
                .with("STOP", 2, "STOP", "Stop counting. GET still returns what was counted.", this::stop)
                .with("GET", 2, "GET", "Return the keys for which the most bytes were moved.", this::get)
                .with("RESET", 2, "RESET", "Forget what was counted, once it has been stopped.", this::reset)
                .build();
    }

    /** What a request asks for, as far as it has been read. */
    private static final class Request {
        private final Arguments arguments;
        private int next = 2;
        private int count = DEFAULT_COUNT;
        private int seconds;
        private int ratio = 1;

        Request(Arguments arguments) {
            this.arguments = arguments;
        }

        boolean hasMore() {
            return next < arguments.count();
        }

        String word() {
            return arguments.text(next++).toUpperCase(Locale.ROOT);
        }

        /** Returns the next word as a number, or -1 if it is none within the bounds. */
        int number(int least, int most) {
            long number = hasMore() ? WholeNumber.parse(arguments.text(next++), -1) : -1;
            return number < least || number > most ? -1 : (int) number;
        }
    }

    private void start(Invocation invocation) {
        Request request = new Request(invocation.arguments());
        String refusal = metrics(request);
        while (refusal == null && request.hasMore()) {
            refusal = option(request);
        }
        if (refusal == null && !accesses.startSession(request.count, request.ratio, request.seconds)) {
            refusal = "ERR hotkey tracking session already in progress";
        }
        if (refusal == null) {
            invocation.ok();
        } else {
            invocation.error(refusal);
        }
    }

    /** Reads the metrics, of which unknown ones are ignored as in Redis; returns the error to reply with, or null. */
    private static @Nullable String metrics(Request request) {
        if (!request.hasMore() || !request.word().equals("METRICS") || !request.hasMore()) {
            return "ERR METRICS parameter is required";
        }
        int metrics = request.number(1, MAX_METRICS);
        if (metrics < 0) {
            return "ERR METRICS count must be > 0 and <= " + MAX_METRICS;
        }
        int cpu = 0;
        int net = 0;
        for (int i = 0; i < metrics; i++) {
            if (!request.hasMore()) {
                return "ERR METRICS count does not match number of metric types provided";
            }
            String metric = request.word();
            cpu += metric.equals("CPU") ? 1 : 0;
            net += metric.equals("NET") ? 1 : 0;
        }
        if (cpu > 1 || net > 1) {
            return "ERR METRICS %s defined more than once!".formatted(cpu > 1 ? "CPU" : "NET");
        }
        if (cpu + net == 0) {
            return "ERR METRICS no valid metrics passed. Supported: NET";
        }
        return net == 1
                ? null
                : "ERR METRICS CPU: this proxy does not measure the time that a key costs (expected: NET, or CACHE HOTKEYS"
                        + " for the number of accesses)";
    }

    private static @Nullable String option(Request request) {
        String option = request.word();
        if (option.equals("SLOTS")) {
            return "ERR SLOTS parameter cannot be used in non-cluster mode";
        }
        if (!request.hasMore()) {
            return SYNTAX;
        }
        return switch (option) {
            case "COUNT" -> {
                request.count = request.number(1, MAX_COUNT);
                yield request.count < 0 ? "ERR COUNT must be between 1 and " + MAX_COUNT : null;
            }
            case "DURATION" -> {
                request.seconds = request.number(1, MAX_SECONDS);
                yield request.seconds < 0 ? "ERR DURATION must be between 1 and " + MAX_SECONDS : null;
            }
            case "SAMPLE" -> {
                request.ratio = request.number(1, Integer.MAX_VALUE);
                yield request.ratio < 0 ? "ERR SAMPLE ratio must be positive" : null;
            }
            default -> SYNTAX;
        };
    }

    private void stop(Invocation invocation) {
        if (accesses.stopSession()) {
            invocation.ok();
        } else {
            invocation.reply(invocation.encoder().nil());
        }
    }

    private void reset(Invocation invocation) {
        if (accesses.resetSession()) {
            invocation.ok();
        } else {
            invocation.error("ERR hotkey tracking session in progress, stop tracking first");
        }
    }

    /** Replies with the fields of Redis, those about time left out. Bytes are divided by the ratio, as if Redis had sampled. */
    private void get(Invocation invocation) {
        KeyTraffic traffic = accesses.session(NamedKeys.of(invocation.session().principal()));
        ReplyBuilder reply = invocation.encoder();
        if (traffic == null) {
            invocation.reply(reply.nil());
            return;
        }
        reply.array(1).map(8);
        reply.bulk("tracking-active").integer(traffic.isActive() ? 1 : 0);
        reply.bulk("sample-ratio").integer(traffic.ratio());
        reply.bulk("selected-slots").array(1).array(2).integer(0).integer(LAST_SLOT);
        reply.bulk("net-bytes-all-commands-all-slots").integer(traffic.bytes());
        reply.bulk("collection-start-time-unix-ms").integer(traffic.startedMillis());
        reply.bulk("collection-duration-ms").integer(traffic.millis());
        reply.bulk("total-net-bytes").integer(traffic.bytes() / traffic.ratio());
        reply.bulk("by-net-bytes").array(2 * traffic.keys().size());
        for (HotKey key : traffic.keys()) {
            reply.bulk(key.key().shown()).integer(key.accesses() / traffic.ratio());
        }
        invocation.reply(reply);
    }
}
