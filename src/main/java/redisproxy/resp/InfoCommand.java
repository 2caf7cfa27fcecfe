package redisproxy.resp;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** INFO, in the format that tools for Redis read (redis.io, "INFO"). Thread-safe. */
final class InfoCommand {
    private static final Set<String> ALL_SECTIONS = Set.of("ALL", "EVERYTHING");

    private final Info info;

    InfoCommand(Info info) {
        this.info = info;
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
        return new Command(spec, this::info);
    }

    private void info(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        Set<String> wanted = new HashSet<>();
        for (int i = 1; i < arguments.count(); i++) {
            wanted.add(arguments.text(i).toUpperCase(Locale.ROOT));
        }
        boolean all = wanted.stream().anyMatch(ALL_SECTIONS::contains);
        boolean usual = wanted.isEmpty() || wanted.contains("DEFAULT");
        String text = info.text(title ->
                all || (usual && !CommandInfo.isOnRequest(title)) || wanted.contains(title.toUpperCase(Locale.ROOT)));
        invocation.reply(invocation.encoder().verbatim(text));
    }
}
