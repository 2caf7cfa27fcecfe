package redisproxy.resp;

import java.util.List;
import redisproxy.auth.Principal;

/** SLOWLOG (redis.io, "SLOWLOG"): the slow loads, each as the GET that it sent to Redis. Thread-safe. */
final class SlowLogCommand {
    private static final int DEFAULT_COUNT = 10;
    private static final int ENTRY_FIELDS = 6;
    private static final String ALL_NODES = "request_policy:all_nodes";
    private static final String VARIES = "nondeterministic_output";

    private final SlowLog log;

    SlowLogCommand(SlowLog log) {
        this.log = log;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                "slowlog",
                -2,
                List.of("admin", "loading", "stale"),
                KeyPositions.NONE,
                "2.2.12",
                "server",
                "A container for slow log commands.");
        return new Container(spec)
                .with(
                        "GET",
                        -2,
                        "GET [<count>]",
                        "Return the loads that were slow, the last one first (default: 10, -1 means all).",
                        this::get)
                .tips(ALL_NODES, VARIES)
                .with("LEN", 2, "LEN", "Return how many slow loads are kept.", this::length)
                .tips(ALL_NODES, "response_policy:agg_sum", VARIES)
                .with("RESET", 2, "RESET", "Forget the slow loads.", this::reset)
                .tips(ALL_NODES, "response_policy:all_succeeded")
                .helpSince("6.2.0")
                .build();
    }

    private void get(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() > 3) {
            invocation.reply(CommandErrors.unknownSubcommandOrArity(arguments));
            return;
        }
        long count = arguments.count() == 2 ? DEFAULT_COUNT : WholeNumber.parse(arguments.text(2), -2);
        if (count < -1) {
            invocation.error("ERR count should be greater than or equal to -1");
            return;
        }
        Principal principal = invocation.session().principal();
        List<SlowLog.Entry> entries = log.newest(count == -1 ? Long.MAX_VALUE : count, each -> each.isNamed(principal));
        ReplyBuilder reply = invocation.encoder().array(entries.size());
        for (SlowLog.Entry entry : entries) {
            reply.array(ENTRY_FIELDS)
                    .integer(entry.id())
                    .integer(entry.unixSeconds())
                    .integer(entry.micros())
                    .bulks(List.of("GET", entry.key()))
                    .bulk(entry.asker().address())
                    .bulk(entry.asker().name());
        }
        invocation.reply(reply);
    }

    private void length(Invocation invocation) {
        invocation.integer(log.length());
    }

    private void reset(Invocation invocation) {
        log.reset();
        invocation.ok();
    }
}
