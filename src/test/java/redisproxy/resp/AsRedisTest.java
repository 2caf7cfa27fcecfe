package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the port says of commands and clients is what a Redis 7.0.15 says, whose answers are recorded. */
final class AsRedisTest {
    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void everyCommandOfRedisIsServedOrRefusedWithAHint() {
        Set<String> served =
                new TreeSet<>(commands.execute("command", "list").lines().toList());
        assertThat(recorded("commands")
                        // The subcommands of a container that is not served are refused with it.
                        .filter(name -> !name.contains("|") || served.contains(name.substring(0, name.indexOf('|'))))
                        .filter(name -> !served.contains(name))
                        .filter(name -> !hasHint(name.split("\\|", -1))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEXPIRE",
                "HGETEX",
                "MSETEX",
                "DELEX",
                "WAITAOF",
                "VADD",
                "ARGET",
                "INCREX",
                "SENTINEL",
                "json.get",
                "FT.SEARCH",
                "ts.add",
                "BF.ADD",
                "TDIGEST.TRIMMED_MEAN"
            })
    void commandsOfLaterVersionsAndModulesAreRefusedWithAHint(String name) {
        assertThat(hasHint(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "jsonx.get", ".get", "json", "client|pause", "vaddx"})
    void otherWordsGetTheErrorOfRedis(String name) {
        assertThat(commands.execute(name, "x"))
                .isEqualTo("-ERR unknown command '" + name + "', with args beginning with: 'x' \r\n");
    }

    private boolean hasHint(String... words) {
        return commands.execute(words).contains("his is a read-through proxy, ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void infoIsThatOfRedis(String protocol) {
        commands.execute("hello", protocol);
        List<String> lines = recorded("command-info-resp" + protocol).toList();
        assertThat(lines).hasSizeGreaterThan(35).allSatisfy(line -> {
            int tab = line.indexOf('\t');
            String name = line.substring(0, tab);
            String reply = commands.execute("command", "info", name).replace("\r\n", " ");
            // Of a container, what stands before its subcommands: Redis has more of them.
            boolean isContainer =
                    Set.of("client", "command", "config", "latency", "slowlog").contains(name);
            assertThat(isContainer ? reply.substring(0, line.length() - tab - 1) : reply)
                    .isEqualTo(line.substring(tab + 1));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "COMMAND LIST FILTERBY MODULE nope, *0",
        "COMMAND LIST FILTERBY ACLCAT nope, *0",
        "COMMAND LIST FILTERBY ACLCAT @read, *0",
        "COMMAND LIST FILTERBY PATTERN CLIENT|L*, *1 $11 client|list",
        "COMMAND LIST filterby aclcat STRING, *5 $3 get $8 getrange $4 mget $6 strlen $6 substr",
        "COMMAND GETKEYS MGET a b, *2 $1 a $1 b",
        "COMMAND GETKEYSANDFLAGS get k, *1 *2 $1 k *2 +RO +access",
        "COMMAND GETKEYSANDFLAGS EXISTS k, *1 *2 $1 k *1 +RO",
        "COMMAND INFO nope client|nope, *2 $-1 $-1"
    })
    void listsAndFindsKeysAsRedis(String request, String reply) {
        assertThat(commands.execute(request.split(" ", -1)).replace("\r\n", " ").strip())
                .isEqualTo(reply);
    }

    @Test
    void clientListHasTheFieldsOfRedisInItsOrder() {
        List<String> fields = Stream.of(
                        commands.session.describe(System.nanoTime()).split(" ", -1))
                .map(field -> field.substring(0, field.indexOf('=')))
                .toList();
        assertThat(String.join(" ", fields))
                .isEqualTo(
                        "id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free argv-mem multi-mem rbs"
                                + " rbp obl oll omem tot-mem events cmd user redir resp lib-name lib-ver");
    }

    @Test
    void manualNamesTheFieldsOfClientList() throws IOException {
        String manual = Files.readString(Path.of("docs", "resp.md"));
        int start = manual.indexOf("## Connections in CLIENT LIST");
        String section = manual.substring(start, manual.indexOf("\n## ", start));
        List<String> named = section.lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(2, line.indexOf(" | ")))
                .flatMap(cell -> Stream.of(cell.replace("`", "").split(" ", -1)))
                .toList();
        String line = commands.session.describe(System.nanoTime());
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(Stream.of(line.split(" ", -1))
                        .map(field -> field.substring(0, field.indexOf('=')))
                        .toList());
    }

    private static Stream<String> recorded(String what) {
        try (InputStream in = AsRedisTest.class.getResourceAsStream("redis-7.0.15-" + what + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
