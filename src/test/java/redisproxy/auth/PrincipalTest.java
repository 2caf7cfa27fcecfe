package redisproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrincipalTest {
    private record Named(String name, Set<String> categories) implements NamedCommand {
        @Override
        public boolean isIn(String category) {
            return categories.contains(category);
        }
    }

    private static Principal principal(String rules) throws AclException {
        return AclFile.user("user a on " + rules, name -> true).principal();
    }

    private static boolean runs(String rules, String name, String... categories) throws AclException {
        return principal(rules).mayRun(new Named(name, Set.of(categories)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theLastRuleThatMatchesCounts() throws Exception {
        assertThat(runs("+@read", "get", "read")).isTrue();
        assertThat(runs("+@read -get", "get", "read")).isFalse();
        assertThat(runs("-get +@read", "get", "read")).isTrue();
        assertThat(runs("+@read", "set", "write")).isFalse();
        assertThat(runs("+@all -@dangerous", "get", "read")).isTrue();
        assertThat(runs("+@all -@dangerous", "cache|flush", "admin", "dangerous"))
                .isFalse();
        assertThat(runs("", "get", "read")).isFalse();
    }

    @Test
    void aContainerStandsForItsSubcommands() throws Exception {
        assertThat(runs("+client", "client|id")).isTrue();
        assertThat(runs("+client -client|kill", "client|kill")).isFalse();
        assertThat(runs("+client|id", "client|list")).isFalse();
        assertThat(runs("+client|id", "client")).isFalse();
        assertThat(runs("+get", "getrange")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "~app:*, app:1, true, true, true",
        "~app:*, app:, true, true, true",
        "~app:*, ap, false, false, false",
        "%R~app:*, app:1, true, true, false",
        "%W~app:*, app:1, true, false, true",
        "%RW~app:*, app:1, true, true, true",
        "~a?c, abc, true, true, true",
        "~a*c, a1c, true, true, true",
        "~a[12]c, a3c, false, false, false",
        "~*, anything, true, true, true",
        "%R~*, anything, true, true, false",
        "~a\\*, a*, true, true, true",
        "~a\\*, ab, false, false, false"
    })
    void aPatternAllows(String rules, String key, boolean metadata, boolean read, boolean write) throws Exception {
        Principal principal = principal(rules + " +@all");
        assertThat(principal.may(KeyAccess.METADATA, bytes(key))).isEqualTo(metadata);
        assertThat(principal.may(KeyAccess.READ, bytes(key))).isEqualTo(read);
        assertThat(principal.may(KeyAccess.WRITE, bytes(key))).isEqualTo(write);
    }

    @Test
    void getNeedsTheCommandAndTheKey() throws Exception {
        byte[] among = bytes("..app:1..");
        assertThat(principal("~app:* +@read").mayGet(among, 2, 5)).isTrue();
        assertThat(principal("~app:* +@string").mayGet(among, 2, 5)).isTrue();
        assertThat(principal("~app:* +@fast").mayGet(among, 2, 5)).isTrue();
        assertThat(principal("~app:* +mget").mayGet(among, 2, 5)).isFalse();
        assertThat(principal("%W~app:* +get").mayGet(among, 2, 5)).isFalse();
        assertThat(principal("~other +get").mayGet(among, 2, 5)).isFalse();
        assertThat(principal("allkeys +get").mayGetAll()).isTrue();
        assertThat(Principal.NOBODY.mayGet(among, 2, 5)).isFalse();
        assertThat(Principal.NOBODY.mayRun(new Named("get", Set.of("read")))).isFalse();
    }

    /** So that nobody can keep a thread busy with a long key. */
    @Test
    void aLongKeyMatchesAPrefixAlone() throws Exception {
        byte[] key = bytes("app:" + "x".repeat(100_000));
        assertThat(principal("~app:* +get").mayGet(key, 0, key.length)).isTrue();
        assertThat(principal("~*x +get").mayGet(key, 0, key.length)).isFalse();
    }
}
