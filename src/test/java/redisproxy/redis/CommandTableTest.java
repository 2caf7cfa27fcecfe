package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.upstream.BackingCommand;
import redisproxy.upstream.CommandArguments;
import redisproxy.upstream.CommandKeys;

/** The keys that are found by the table of a real server are those that it finds itself. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CommandTableTest {
    private static final int REQUESTS_FOR_EACH = 300;

    private static final String[] WORDS = {
        "STORE",
        "STOREDIST",
        "GET",
        "BY",
        "LIMIT",
        "KEYS",
        "STREAMS",
        "COUNT",
        "BLOCK",
        "GROUP",
        "AUTH",
        "COPY",
        "EX",
        "LCS",
        "USAGE",
        "0",
        "1",
        "2",
        "3",
        "-1",
        "",
        "store",
        "#",
        "p*"
    };

    private final StoreFixture stores = new StoreFixture();
    private final Random random = new Random(20_261_128);

    @AfterEach
    void close() {
        stores.close();
    }

    private record Words(List<String> words) implements CommandArguments {
        @Override
        public int count() {
            return words.size();
        }

        @Override
        public byte[] bytes(int index) {
            return words.get(index).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private CommandTable table(Address address) {
        StandaloneStore store =
                new StandaloneStore(StoreFixture.config(address, 1, StoreFixture.LONG), null, new EventLog());
        store.start(stores.add(store));
        await().atMost(Address.PATIENCE).until(() -> store.commands().isKnown());
        return store.commands();
    }

    @Test
    void redis7FindsTheSameKeys() {
        try (RedisServerProcess redis = RedisServerProcess.startedAsInstalled()) {
            CommandTable table = table(redis.address());
            int compared = compare(table, redis);
            assertThat(compared).isGreaterThan(20_000);
            assertThat(find(table, "CONFIG", "get").name()).isEqualTo("config|get");
            assertThat(find(table, "config", "get").flags()).contains("admin");
            assertThat(find(table, "config").name()).isEqualTo("config");
            assertThat(table.find(new Words(List.of("CONFIG", "no-such")))).isNull();
            assertThat(table.find(new Words(List.of("no-such")))).isNull();
            assertThat(table.find(new Words(List.of()))).isNull();
            assertThat(find(table, "GET").categories()).contains("read", "string", "fast");
            assertThat(find(table, "GET").arity()).isEqualTo(2);
            assertThat(table.named("dbsize").tips()).contains("response_policy:agg_sum");
        }
    }

    private static String info(RedisServerProcess redis) {
        try (RedisControl control = redis.control()) {
            return ((Reply.Bulk) control.call("INFO", "server")).bytes().asUtf8();
        }
    }

    @Test
    void redis6FindsTheSameKeys() {
        try (RedisServerProcess redis = RedisServerProcess.started()) {
            // The tests may be told to use another one than the build brings.
            assumeThat(info(redis)).contains("redis_version:6.");
            CommandTable table = table(redis.address());
            int compared = compare(table, redis);
            assertThat(compared).isGreaterThan(10_000);
            assertThat(keys(table, "MEMORY", "USAGE", "k").keys()).containsExactly(new CommandKeys.Key(2, true, false));
            assertThat(keys(table, "ZUNIONSTORE", "d", "2", "a", "b").keys())
                    .containsExactly(
                            new CommandKeys.Key(1, false, true),
                            new CommandKeys.Key(3, true, false),
                            new CommandKeys.Key(4, true, false));
        }
    }

    @Test
    void tellsWhatIsDoneToKeys() {
        try (RedisServerProcess redis = RedisServerProcess.startedAsInstalled()) {
            CommandTable table = table(redis.address());
            assertThat(keys(table, "SET", "k", "v").keys()).containsExactly(new CommandKeys.Key(1, false, true));
            assertThat(keys(table, "SET", "k", "v", "get").keys()).containsExactly(new CommandKeys.Key(1, true, true));
            assertThat(keys(table, "BITFIELD", "k", "GET", "u8", "0").keys())
                    .containsExactly(new CommandKeys.Key(1, true, false));
            assertThat(keys(table, "BITFIELD", "k", "INCRBY", "u8", "0", "1").keys())
                    .containsExactly(new CommandKeys.Key(1, true, true));
            assertThat(keys(table, "COPY", "a", "b").keys())
                    .containsExactly(new CommandKeys.Key(1, true, false), new CommandKeys.Key(2, false, true));
            CommandKeys sort = keys(table, "SORT", "k", "BY", "w_*", "STORE", "d");
            assertThat(sort.isComplete()).isFalse();
            assertThat(sort.hasAllWritten()).isTrue();
            assertThat(keys(table, "SORT", "k", "BY", "nosort", "GET", "#").isComplete())
                    .isTrue();
            assertThat(keys(table, "PING").keys()).isEmpty();
        }
    }

    private static BackingCommand find(CommandTable table, String... words) {
        BackingCommand found = table.find(new Words(List.of(words)));
        assertThat(found).isNotNull();
        return found;
    }

    private static CommandKeys keys(CommandTable table, String... words) {
        return find(table, words).keys(new Words(List.of(words)));
    }

    private int compare(CommandTable table, RedisServerProcess redis) {
        int compared = 0;
        List<String> differences = new ArrayList<>();
        try (RedisControl control = redis.control()) {
            for (String name : new TreeSet<>(table.names())) {
                boolean isContainer = table.named(name).hasSubcommands();
                for (int i = 0; !isContainer && i < REQUESTS_FOR_EACH; i++) {
                    Words request = request(name, table.named(name));
                    List<String> expected = ask(control, request);
                    CommandKeys found = keys(table, request.words().toArray(String[]::new));
                    // Of a request that counts more keys than it has, Redis finds none, and refuses it.
                    boolean isShort = expected != null && expected.isEmpty() && counts(table.named(name));
                    if (expected != null && !isShort) {
                        List<String> words = found.keys().stream()
                                .map(key -> request.words().get(key.index()))
                                .sorted()
                                .toList();
                        boolean isSame =
                                name.startsWith("georadius") ? words.containsAll(expected) : words.equals(expected);
                        if (!isSame) {
                            differences.add("%s: %s instead of %s".formatted(request.words(), words, expected));
                        }
                        compared++;
                    }
                }
            }
        }
        assertThat(differences).isEmpty();
        return compared;
    }

    private static boolean counts(CommandEntry command) {
        return command.specs().stream().anyMatch(spec -> spec.find() instanceof KeySpec.Find.Count);
    }

    private Words request(String name, CommandEntry command) {
        List<String> words = new ArrayList<>(List.of(name.split("\\|")));
        if (name.equals("xreadgroup")) {
            words.addAll(List.of("GROUP", "g", "c"));
        }
        int most = command.arity() > 0 ? command.arity() : -command.arity() + random.nextInt(8);
        while (words.size() < most) {
            words.add(random.nextInt(3) == 0 ? WORDS[random.nextInt(WORDS.length)] : "k" + words.size());
        }
        return new Words(words);
    }

    /** Returns the keys that the server finds, sorted; null if it finds the request to be wrong. */
    private static @Nullable List<String> ask(RedisControl control, Words request) {
        Bytes[] words = new Bytes[request.count() + 2];
        words[0] = Bytes.utf8("COMMAND");
        words[1] = Bytes.utf8("GETKEYS");
        for (int i = 0; i < request.count(); i++) {
            words[i + 2] = Bytes.of(request.bytes(i));
        }
        Reply reply;
        try {
            reply = control.call(words);
        } catch (IllegalStateException refused) {
            return refused.getMessage().contains("has no key arguments") ? List.of() : null;
        }
        return ((Reply.Items) reply)
                .items().stream()
                        .map(each -> ((Reply.Bulk) each).bytes().asLatin1())
                        .sorted()
                        .toList();
    }
}
