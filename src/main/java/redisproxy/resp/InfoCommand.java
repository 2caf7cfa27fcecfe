package redisproxy.resp;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** INFO, in the format that tools for Redis read (redis.io, "INFO"). Thread-safe. */
final class InfoCommand {
    private static final Set<String> ALL_SECTIONS = Set.of("ALL", "EVERYTHING");

    private final Info info;
    private final InPlaceOfProxy redis;
    private final Background background;

    /** Makes the command; {@code redis} is asked as well where clients may ask it, and its reply is read in the {@code background}. */
    InfoCommand(Info info, InPlaceOfProxy redis, Background background) {
        this.info = info;
        this.redis = redis;
        this.background = background;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                        "info",
                        -1,
                        List.of("loading", "stale"),
                        KeyPositions.NONE,
                        "1.0.0",
                        "server",
                        "Returns information and statistics about the proxy.")
                .withCategories("dangerous")
                .withTips("nondeterministic_output", "request_policy:all_shards", "response_policy:special");
        return new Command(spec, this::info).withDetour(this::ask);
    }

    /** Has Redis tell, too. What it does not tell, for whatever reason, is left out. */
    private boolean ask(Invocation invocation) {
        Predicate<String> wanted = wanted(invocation.arguments());
        boolean isResp3 = invocation.session().isResp3();
        return redis.ask(invocation, (raw, reply) -> {
            BackgroundQueue.Task task = new BackgroundQueue.Task() {
                @Override
                public void run(Rests rests) {
                    String text = info.text(wanted, raw == null ? RedisInfo.NONE : RedisInfo.of(raw));
                    reply.encoded(new ReplyBuilder(isResp3).verbatim(text).toBytes());
                    reply.flush();
                }

                @Override
                public void refuse() {
                    reply.encoded(ReplyBuilder.error("ERR the proxy is shutting down"));
                    reply.flush();
                }
            };
            byte[] refusal = background.offer("info", task);
            if (refusal != null) {
                reply.encoded(refusal);
                reply.flush();
            }
        });
    }

    private void info(Invocation invocation) {
        String text = info.text(wanted(invocation.arguments()));
        invocation.reply(invocation.encoder().verbatim(text));
    }

    private static Predicate<String> wanted(Arguments arguments) {
        Set<String> wanted = new HashSet<>();
        for (int i = 1; i < arguments.count(); i++) {
            wanted.add(arguments.text(i).toUpperCase(Locale.ROOT));
        }
        boolean all = wanted.stream().anyMatch(ALL_SECTIONS::contains);
        boolean usual = wanted.isEmpty() || wanted.contains("DEFAULT");
        return title ->
                all || (usual && !CommandInfo.isOnRequest(title)) || wanted.contains(title.toUpperCase(Locale.ROOT));
    }
}
