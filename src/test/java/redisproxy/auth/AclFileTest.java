package redisproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AclFileTest {
    /** SHA-256 of "secret". */
    private static final String HASH = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    private static final Set<String> NAMES =
            Set.of("get", "mget", "strlen", "keys", "client", "client|id", "client|kill", "cache|flush");

    @TempDir
    private Path folder;

    private static User user(String line) throws AclException {
        return AclFile.user(line, NAMES::contains);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("users.acl"), text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsLinesOfRedis() throws Exception {
        User alice = user("user alice on >secret #" + HASH + " ~app:* %R~shared:* +@read -keys");
        assertThat(alice.isOn()).isTrue();
        assertThat(alice.passwordHashes()).containsExactly(HASH);
        assertThat(alice.describe())
                .isEqualTo("user alice on #" + HASH + " ~app:* %R~shared:* resetchannels -@all +@read -keys");
    }

    @Test
    void readsWhatItDescribes() throws Exception {
        String described = user("user bob off nopass allkeys allchannels allcommands -client +client|id")
                .describe();
        assertThat(described).isEqualTo("user bob off nopass ~* &* +@all -client +client|id");
        assertThat(user(described).describe()).isEqualTo(described);
    }

    @ParameterizedTest
    @CsvSource({
        "+get -get, -@all -get",
        "+@all -@all +get, -@all +get",
        "+client|id +client, -@all +client",
        "+get +@read +get, -@all +@read +get",
        "nocommands, -@all",
        "allcommands -@dangerous, +@all -@dangerous",
        "+GET, -@all +get"
    })
    void keepsOneRuleForEachCommand(String rules, String shown) throws Exception {
        assertThat(user("user a " + rules).principal().commandRules()).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "user a +foo | user 'a', word 3: '+foo' is not accepted (expected: a command or subcommand",
                "user a +@foo | '+@foo' is not accepted (expected: a category that ACL CAT lists",
                "user a #abc | '#...' is not accepted (expected: the 64 hexadecimal digits",
                "user a on secret | word 4: '...' is not accepted (expected: on, off",
                "user a <secret | '<...' is not accepted",
                "user a !abc | '!...' is not accepted",
                "user a %Q~x | '%Q~x' is not accepted",
                "user a %~x | '%~x' is not accepted",
                "user a allkeys ~b | '~b' is not accepted (expected: no pattern after ~*",
                "user a (+get | no selectors",
                "usr a | the line does not begin with 'user NAME'",
                "user | the line does not begin with 'user NAME'"
            })
    void refusesAndSaysWhatIsExpected(String line, String message) {
        assertThatThrownBy(() -> user(line))
                .isInstanceOf(AclException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void namesTheFileAndTheLine() throws Exception {
        Path file = write("# users\n\nuser a on >x\nuser b +nothing\n");
        assertThatThrownBy(() -> AclFile.read(file.toString(), NAMES::contains))
                .hasMessageStartingWith("'%s', line 4: user 'b', word 3: '+nothing'", file);
    }

    @Test
    void refusesAUserThatIsThereTwice() throws Exception {
        Path file = write("user a on\nuser a off\n");
        assertThatThrownBy(() -> AclFile.read(file.toString(), NAMES::contains))
                .hasMessageContaining("line 2: user 'a' is there twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing/here", "\0"})
    void refusesAFileThatCannotBeRead(String file) {
        assertThatThrownBy(() -> AclFile.read(file, NAMES::contains)).hasMessageContaining("cannot be read");
    }

    @Test
    void takesCharactersForBytes() throws Exception {
        Path file = write("user a on >\u00e9 ~\u00ff* +get\n");
        User user = AclFile.read(file.toString(), NAMES::contains).get("a");
        assertThat(user).isNotNull();
        assertThat(user.accepts(PasswordHash.of(new byte[] {(byte) 0xE9}))).isTrue();
        assertThat(user.principal().may(KeyAccess.READ, new byte[] {-1, 7})).isTrue();
    }
}
