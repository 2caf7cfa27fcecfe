package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.CommandArguments;
import redisproxy.upstream.CommandCatalog;

/**
 * The commands of a server, as its reply to {@code COMMAND} tells them (Redis documentation, COMMAND): with key specifications and
 * subcommands from Redis 7.0 on, and with the positions of the first and the last key before that. Immutable.
 */
final class CommandTable implements CommandCatalog {
    /** Before the server has been asked. */
    static final CommandTable NONE = new CommandTable(Map.of());

    private static final int FIELDS_OF_REDIS_6 = 7;
    private static final int FIELDS_OF_REDIS_7 = 10;

    private static final String NO_KEY = "not_key";

    private final Map<String, CommandEntry> commands;

    private CommandTable(Map<String, CommandEntry> commands) {
        this.commands = commands;
    }

    /**
     * Reads a reply, as {@link NestedReplies} returns it. What it does not understand of the reply is not in the table.
     *
     * @return null if there is nothing in it
     */
    static @Nullable CommandTable of(@Nullable Object reply) {
        Map<String, CommandEntry> commands = new HashMap<>();
        for (Object each : list(reply)) {
            add(list(each), commands);
        }
        return commands.isEmpty() ? null : new CommandTable(Map.copyOf(commands));
    }

    private static void add(List<?> fields, Map<String, CommandEntry> commands) {
        if (fields.size() < FIELDS_OF_REDIS_6) {
            return;
        }
        String name = text(fields.get(0)).toLowerCase(Locale.ROOT);
        Set<String> flags = texts(fields.get(2));
        Set<String> categories = new HashSet<>();
        texts(fields.get(6)).forEach(each -> categories.add(each.startsWith("@") ? each.substring(1) : each));
        boolean isTold = fields.size() >= FIELDS_OF_REDIS_7;
        List<KeySpec> specs = isTold
                ? specs(list(fields.get(8)))
                : KeyPositions.of(name, number(fields.get(3)), number(fields.get(4)), number(fields.get(5)), flags);
        List<?> subcommands = isTold ? list(fields.get(9)) : List.of();
        Set<String> tips = isTold ? texts(fields.get(7)) : Set.of();
        commands.put(
                name,
                new CommandEntry(
                        name,
                        number(fields.get(1)),
                        Set.copyOf(flags),
                        Set.copyOf(categories),
                        tips,
                        specs,
                        !subcommands.isEmpty()));
        subcommands.forEach(each -> add(list(each), commands));
    }

    private static List<KeySpec> specs(List<?> told) {
        List<KeySpec> specs = new ArrayList<>();
        for (Object each : told) {
            Map<String, @Nullable Object> spec = map(each);
            Set<String> flags = texts(spec.get("flags"));
            if (!flags.contains(NO_KEY)) {
                specs.add(KeySpec.of(begin(map(spec.get("begin_search"))), find(map(spec.get("find_keys"))), flags));
            }
        }
        return List.copyOf(specs);
    }

    private static KeySpec.Begin begin(Map<String, @Nullable Object> told) {
        Map<String, @Nullable Object> spec = map(told.get("spec"));
        return switch (text(told.get("type"))) {
            case "index" -> new KeySpec.Begin.Index(number(spec.get("index")));
            case "keyword" -> new KeySpec.Begin.Keyword(text(spec.get("keyword")), number(spec.get("startfrom")));
            default -> new KeySpec.Begin.Unknown();
        };
    }

    private static KeySpec.Find find(Map<String, @Nullable Object> told) {
        Map<String, @Nullable Object> spec = map(told.get("spec"));
        return switch (text(told.get("type"))) {
            case "range" ->
                new KeySpec.Find.Range(
                        number(spec.get("lastkey")), number(spec.get("keystep")), number(spec.get("limit")));
            case "keynum" ->
                new KeySpec.Find.Count(
                        number(spec.get("keynumidx")), number(spec.get("firstkey")), number(spec.get("keystep")));
            default -> new KeySpec.Find.Unknown();
        };
    }

    /* --------------- Look-up --------------- */

    @Override
    public boolean isKnown() {
        return !commands.isEmpty();
    }

    @Override
    public @Nullable CommandEntry find(CommandArguments arguments) {
        if (arguments.count() == 0) {
            return null;
        }
        String name = word(arguments, 0);
        CommandEntry command = commands.get(name);
        return command != null && command.hasSubcommands() && arguments.count() > 1
                ? commands.get(name + "|" + word(arguments, 1))
                : command;
    }

    private static String word(CommandArguments arguments, int index) {
        return new String(arguments.bytes(index), ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** Returns the names of all, those of subcommands behind those of their containers and a vertical bar. */
    Set<String> names() {
        return commands.keySet();
    }

    @Nullable
    CommandEntry named(String name) {
        return commands.get(name);
    }

    /* --------------- Parts of a reply --------------- */

    private static List<?> list(@Nullable Object reply) {
        return reply instanceof List<?> elements ? elements : List.of();
    }

    /** Returns a list of names and values by the names. */
    private static Map<String, @Nullable Object> map(@Nullable Object reply) {
        List<?> fields = list(reply);
        Map<String, @Nullable Object> map = new HashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            map.put(text(fields.get(i)), fields.get(i + 1));
        }
        return map;
    }

    private static Set<String> texts(@Nullable Object reply) {
        Set<String> texts = new HashSet<>();
        list(reply).forEach(each -> texts.add(text(each)));
        return texts;
    }

    private static String text(@Nullable Object reply) {
        return ControlConnection.text(reply);
    }

    private static int number(@Nullable Object reply) {
        return reply instanceof Long number
                ? (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number))
                : 0;
    }
}
