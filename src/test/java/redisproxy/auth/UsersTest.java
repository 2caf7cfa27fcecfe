package redisproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsersTest {
    private static final KnownCommands KNOWN = name -> true;

    private record Flush() implements NamedCommand {
        @Override
        public String name() {
            return "cache|flush";
        }

        @Override
        public boolean isIn(String category) {
            return Set.of("admin", "dangerous").contains(category);
        }
    }

    @TempDir
    private Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "users", ".acl"), text)
                .toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String login(Users users, String name, String password) {
        Principal found = users.login(name, bytes(password), false);
        return found == null ? null : found.name();
    }

    @Test
    void withoutPasswordsEverybodyReadsAndThisMachineChanges() throws Exception {
        Users users = Users.of(null, null, null, KNOWN);
        assertThat(users.isOpen()).isTrue();
        assertThat(users.anonymous(true).mayRun(new Flush())).isTrue();
        assertThat(users.anonymous(false).mayRun(new Flush())).isFalse();
        assertThat(users.anonymous(false).mayGetAll()).isTrue();
        assertThat(login(users, "default", "any")).isEqualTo("default");
        assertThat(login(users, "alice", "any")).isNull();
    }

    @Test
    void onePasswordIsThatOfTheDefaultUser() throws Exception {
        Users users = Users.of("s\u00e9cret", null, null, KNOWN);
        assertThat(users.anonymous(true).isKnown()).isFalse();
        assertThat(login(users, "default", "s\u00e9cret")).isEqualTo("default");
        assertThat(login(users, "default", "secret")).isNull();
        assertThat(login(users, "alice", "s\u00e9cret")).isNull();
    }

    @Test
    void aFileHasManyUsers() throws Exception {
        Users users =
                Users.of(null, file("user alice on >a >b +get ~*\nuser bob off >b\nuser carol on nopass"), null, KNOWN);
        assertThat(login(users, "alice", "a")).isEqualTo("alice");
        assertThat(login(users, "alice", "b")).isEqualTo("alice");
        assertThat(login(users, "alice", "c")).isNull();
        assertThat(login(users, "bob", "b")).isNull();
        assertThat(login(users, "carol", "any")).isEqualTo("carol");
        assertThat(users.forCertificate("alice")).isNotNull();
        assertThat(users.forCertificate("bob")).isNull();
        assertThat(users.forCertificate("nobody")).isNull();
        // Unlike in Redis: a file that does not mention the default user lets nobody in without a password.
        assertThat(users.anonymous(true)).isEqualTo(Principal.NOBODY);
    }

    @Test
    void theDefaultUserOfAFileMayNeedNoPassword() throws Exception {
        Users users = Users.of(null, file("user default on nopass ~public:* +get"), null, KNOWN);
        assertThat(users.anonymous(false).name()).isEqualTo("default");
        assertThat(users.anonymous(true).mayRun(new Flush())).isFalse();
    }

    @Test
    void refusesTwoPasswordsOfTheDefaultUser() throws Exception {
        String file = file("user default on >x ~* +@all");
        assertThatThrownBy(() -> Users.of("y", file, null, KNOWN)).hasMessageContaining("a line for the default user");
    }

    @Test
    void tokensProveTheirUsers() throws Exception {
        String acl = file("user alice on >a\nuser bob off\nuser default on >d");
        Users users = Users.of(null, acl, file("alice >t1\n\n# off\nbob >t2\n"), KNOWN);
        assertThat(String.valueOf(users.bearer(bytes("t1"), false))).isEqualTo("alice");
        assertThat(users.bearer(bytes("t2"), false)).isNull();
        assertThat(String.valueOf(users.bearer(bytes("d"), false))).isEqualTo("default");
        assertThat(users.bearer(bytes("a"), false)).isNull();
        String unknown = file("carol >t");
        assertThatThrownBy(() -> Users.of(null, acl, unknown, KNOWN)).hasMessageContaining("user 'carol'");
        String bad = file("alice secret");
        assertThatThrownBy(() -> Users.of(null, acl, bad, KNOWN))
                .hasMessageContaining("line 1")
                .hasMessageNotContaining("secret");
    }

    @Test
    void replacedUsersKeepWhoIsTheSame() throws Exception {
        Users before = Users.of(null, file("user alice on >a +get\nuser bob on >b\nuser carol on >c"), null, KNOWN);
        Users after = Users.of(null, file("user alice on >a +mget\nuser bob on >other"), null, KNOWN);
        Authority authority = new Authority(before, new LoginAttempts(() -> 0, text -> {}));
        List<Users> told = new ArrayList<>();
        authority.onReplace((was, is) -> told.addAll(List.of(was, is)));
        authority.replace(after);
        assertThat(told).containsExactly(before, after);
        assertThat(authority.current()).isEqualTo(after);
        assertThat(authority.generation()).isEqualTo(1);
        Principal alice = after.stillIs(known(before, "alice"), before);
        assertThat(alice).isNotNull();
        assertThat(alice.commandRules()).isEqualTo("-@all +mget");
        assertThat(after.stillIs(known(before, "bob"), before)).isNull();
        assertThat(after.stillIs(known(before, "carol"), before)).isNull();
    }

    private static Principal known(Users users, String name) {
        User found = users.find(name);
        assertThat(found).isNotNull();
        return found.principal();
    }

    @Test
    void showsNoSecret() throws Exception {
        Users users = Users.of("hidden", null, null, KNOWN);
        User user = users.find("default");
        assertThat(user + " " + users + " " + PasswordHash.of("hidden"))
                .doesNotContain("hidden")
                .doesNotContain("=");
    }
}
