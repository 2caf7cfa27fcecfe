package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redisproxy.auth.Principal;
import redisproxy.auth.Users;
import redisproxy.fixtures.TestUsers;

/** Walks all commands of the table: none shows anything of a key to somebody whose rules do not name it. */
final class PermissionsTest {
    private static final String HIDDEN = "hidden:1";
    private static final String NO_KEY =
            "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n";

    private final ExecutedCommands commands = new ExecutedCommands();

    @BeforeEach
    void cacheAKey() {
        commands.store.put(HIDDEN, "treasure");
        commands.store.put("app:1", "plain");
        assertThat(commands.executeAny("get", HIDDEN)).contains("treasure");
        assertThat(commands.executeAny("get", "app:1")).contains("plain");
    }

    @AfterEach
    void close() {
        commands.close();
    }

    private void become(String rules) {
        Users users = TestUsers.of("user bob on >x " + rules);
        commands.authority.replace(users);
        commands.session.become(users.login("bob", "x".getBytes(StandardCharsets.UTF_8), /* isLocal= */ false));
    }

    @Test
    void cacheKeysCountsTheKeysThatTheUserMaySeeAndNoOthers() {
        assertThat(commands.executeAny("get", HIDDEN)).contains("treasure");
        become("+@all ~app:*");
        assertThat(commands.execute("cache", "keys", "1")).startsWith("*1\r\n*3\r\n$5\r\napp:1\r\n");
    }

    private List<Command> all() {
        List<Command> all = new ArrayList<>();
        for (Command command : commands.table.all()) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        assertThat(all).hasSizeGreaterThan(60);
        return all;
    }

    /** Returns a request of the least length whose keys are {@code key}. */
    private static String[] request(Command command, String key) {
        CommandSpec spec = command.spec();
        List<String> words = new ArrayList<>(List.of(spec.name().split("\\|", -1)));
        while (words.size() < Math.abs(spec.arity())) {
            words.add("1");
        }
        KeyPositions keys = spec.keys();
        if (keys.hasKeys()) {
            for (int i = keys.first(); i <= keys.lastOf(words.size()); i += keys.step()) {
                words.set(i, key);
            }
        }
        return words.toArray(String[]::new);
    }

    @Test
    void keysOfOthersAreRefusedByEveryCommand() {
        for (Command command : all()) {
            become("+@all ~app:*");
            String reply = commands.executeAny(request(command, HIDDEN));
            if (command.spec().keys().hasKeys()) {
                assertThat(reply).as(command.spec().name()).isEqualTo(NO_KEY);
            } else {
                assertThat(reply).as(command.spec().name()).doesNotContain("treasure");
            }
        }
    }

    @Test
    void ownKeysAreNot() {
        for (Command command : all()) {
            become("+@all ~app:*");
            if (command.spec().keys().hasKeys()) {
                assertThat(commands.executeAny(request(command, "app:1")))
                        .as(command.spec().name())
                        .doesNotContain("NOPERM");
            }
        }
    }

    @Test
    void oneHiddenKeyAmongManyRefusesAll() {
        become("+@all ~app:*");
        assertThat(commands.executeAny("mget", "app:1", HIDDEN, "app:1")).isEqualTo(NO_KEY);
        assertThat(commands.executeAny("exists", "app:1", HIDDEN)).isEqualTo(NO_KEY);
        String[] many = new String[2_001];
        for (int i = 1; i < many.length; i++) {
            many[i] = "app:1";
        }
        many[0] = "exists";
        assertThat(commands.executeAny(many)).isEqualTo(":2000\r\n");
        many[1_999] = HIDDEN;
        assertThat(commands.executeAny(many)).isEqualTo(NO_KEY);
    }

    @Test
    void reportsShowTheKeysThatRulesName() {
        become("+@all ~app:*");
        for (String[] report : List.of(
                new String[] {"cache", "keys", "100"},
                new String[] {"cache", "hotkeys", "100"},
                new String[] {"cache", "prefixes"},
                new String[] {"slowlog", "get", "-1"},
                new String[] {"hotkeys", "get"})) {
            assertThat(commands.executeAny(report)).as(String.join(" ", report)).doesNotContain("hidden");
        }
        assertThat(commands.executeAny("cache", "keys", "100"))
                .startsWith("*1\r\n")
                .contains("app:1");
        become("+@all allkeys");
        assertThat(commands.executeAny("cache", "keys", "100")).contains("app:1", HIDDEN);
    }

    @Test
    void metadataNeedsNoRightToRead() {
        become("+@all %W~hidden:*");
        assertThat(commands.executeAny("get", HIDDEN)).isEqualTo(NO_KEY);
        assertThat(commands.executeAny("getrange", HIDDEN, "0", "1")).isEqualTo(NO_KEY);
        assertThat(commands.executeAny("exists", HIDDEN)).isEqualTo(":1\r\n");
        assertThat(commands.executeAny("strlen", HIDDEN)).isEqualTo(":8\r\n");
    }

    @Test
    void everyCommandNeedsALogin() {
        for (Command command : all()) {
            commands.session.become(Principal.NOBODY);
            String reply = commands.executeAny(request(command, HIDDEN));
            if (!command.spec().needsNoLogin()) {
                assertThat(reply).as(command.spec().name()).isEqualTo("-NOAUTH Authentication required.\r\n");
            }
        }
    }

    @Test
    void everyCommandNeedsAPermission() {
        for (Command command : all()) {
            become("allkeys");
            String reply = commands.executeAny(request(command, HIDDEN));
            if (!command.spec().needsNoLogin() && !command.isContainerOnly()) {
                assertThat(reply)
                        .as(command.spec().name())
                        .isEqualTo("-NOPERM this user has no permissions to run the '%s' command\r\n"
                                .formatted(command.spec().name()));
            }
        }
    }

    @Test
    void withoutPasswordsOthersThanThisMachineChangeNothing() {
        commands.session.become(Users.OPEN.anonymous(/* isLocal= */ false));
        for (String change : List.of("cache flush", "cache invalidate k", "client kill id 7", "config resetstat")) {
            assertThat(commands.executeAny(change.split(" ", -1))).as(change).startsWith("-NOPERM");
        }
        assertThat(commands.executeAny("cache", "keys", "1")).startsWith("*1");
        assertThat(commands.executeAny("client", "list")).contains("user=default");
    }

    @Test
    void rulesMayNameTheCommandsThatAreServed() {
        TreeSet<String> names = new TreeSet<>();
        all().forEach(each -> names.add(each.spec().name()));
        assertThat(new TreeSet<>(ServedCommands.NAMES)).isEqualTo(names);
        ServedCommands known = new ServedCommands();
        for (String name : List.of("set", "config|set", "acl|setuser", "xinfo|stream", "json.get", "client|unblock")) {
            assertThat(known.contains(name)).as(name).isTrue();
        }
        for (String name : List.of("sett", "config|sett", "get|x", "client|", "", "|")) {
            assertThat(known.contains(name)).as(name).isFalse();
        }
        assertThat(names).allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)));
    }

    /** {@link Principal#mayGet} decides without a table, so it has to know what GET is. */
    @Test
    void getIsWhatPrincipalsTakeItFor() {
        CommandSpec get = all().stream()
                .map(Command::spec)
                .filter(each -> each.name().equals("get"))
                .findFirst()
                .orElseThrow();
        assertThat(get.allCategories()).containsExactlyInAnyOrder("read", "string", "fast");
    }
}
