package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Handshakes, connection commands and their errors get the replies of a redis-server 7.0.15, byte for byte. */
final class RecordedRepliesTest {
    private static final String VERSION = "7.0.15";

    private static final String ONE_DATABASE = "-ERR DB index is out of range: this proxy serves database 0 only\r\n";

    /** The last replies that are others on purpose, by their conversations. */
    private static final Map<String, String> DELIBERATE = Map.of(
            // There is one database, and the error names it.
            "SELECT -1", ONE_DATABASE,
            "SELECT 16", ONE_DATABASE,
            "SELECT 2147483647", ONE_DATABASE,
            "SELECT -2147483648", ONE_DATABASE,
            // Clients of clusters send it before they read.
            "READONLY", "+OK\r\n",
            // As Redis 7.2: a HELLO that is refused gives no name.
            "HELLO 3 SETNAME me AUTH nobody x; CLIENT GETNAME", "$-1\r\n",
            "HELLO 3 SETNAME me nonsense; CLIENT GETNAME", "$-1\r\n");

    /** A request and the reply of Redis, on the connection of the exchanges before it. */
    private record Exchange(String request, String reply) {
        String[] words() {
            return Stream.of(request.split(" ", -1))
                    .map(word -> word.equals("''") ? "" : word)
                    .map(word -> word.replace("\\s", " ").replace("\\\\", "\\"))
                    .toArray(String[]::new);
        }
    }

    private record Conversation(List<Exchange> exchanges) {
        /** Returns the reply that the proxy is to give. */
        String expected(int exchange) {
            String recorded = exchanges.get(exchange).reply();
            return exchange == exchanges.size() - 1 ? DELIBERATE.getOrDefault(toString(), recorded) : recorded;
        }

        @Override
        public String toString() {
            return String.join("; ", exchanges.stream().map(Exchange::request).toList());
        }
    }

    static List<Conversation> conversations() throws IOException {
        String recorded;
        try (InputStream in = RecordedRepliesTest.class.getResourceAsStream("redis-" + VERSION + "-replies.txt")) {
            recorded = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        List<Conversation> all = new ArrayList<>();
        for (String paragraph : recorded.split("\n\n", -1)) {
            List<String> lines =
                    paragraph.lines().filter(line -> !line.startsWith("#")).toList();
            List<Exchange> exchanges = new ArrayList<>();
            for (int i = 0; i + 1 < lines.size(); i += 2) {
                exchanges.add(new Exchange(
                        lines.get(i).substring(2), unescaped(lines.get(i + 1).substring(2))));
            }
            if (!exchanges.isEmpty()) {
                all.add(new Conversation(exchanges));
            }
        }
        return all;
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\\\", "\\");
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void repliesAsRedis(Conversation conversation) {
        try (ExecutedCommands commands = new ExecutedCommands()) {
            for (int i = 0; i < conversation.exchanges().size(); i++) {
                Exchange each = conversation.exchanges().get(i);
                assertThat(comparable(commands.executeAny(each.words()), HandshakeCommands.REDIS_VERSION))
                        .as(each.request())
                        .isEqualTo(comparable(conversation.expected(i), VERSION));
            }
        }
    }

    /** The identifiers of connections differ, and the version. */
    private static String comparable(String reply, String version) {
        return reply.replaceAll("(\\$2\r\nid\r\n):\\d+", "$1")
                .replace("$%d\r\n%s\r\n".formatted(version.length(), version), "(version)");
    }

    /** Where such a server is installed, the record is compared with it. */
    @Test
    void recordIsThatOfRedis() throws IOException {
        assumeTrue(RedisServerProcess.installedVersion().equals(VERSION));
        try (RedisServerProcess redis = RedisServerProcess.startedAsInstalled()) {
            for (Conversation conversation : conversations()) {
                try (RespClient client = RespClient.connect(redis.address())) {
                    StringBuilder recorded = new StringBuilder();
                    for (Exchange each : conversation.exchanges()) {
                        client.send(RespClient.encode(each.words()));
                        recorded.append(each.reply());
                    }
                    client.finishSending();
                    assertThat(comparable(client.readToEnd().asLatin1(), VERSION))
                            .as(conversation.toString())
                            .isEqualTo(comparable(recorded.toString(), VERSION));
                }
            }
        }
    }

    /** The summaries are our own, and Redis has more subcommands. */
    @Test
    void documentationIsThatOfRedis() {
        assumeTrue(RedisServerProcess.installedVersion().equals(VERSION));
        try (RunningResp resp = new RunningResp();
                RespClient proxied = resp.connect();
                RedisServerProcess redis = RedisServerProcess.startedAsInstalled();
                RespClient direct = RespClient.connect(redis.address())) {
            Map<String, Map<String, Reply>> expected = documentation(direct);
            Map<String, Map<String, Reply>> actual = documentation(proxied);
            actual.keySet().removeIf(name -> name.startsWith("cache"));
            // Of Redis 8.6.
            actual.keySet().removeIf(name -> name.startsWith("hotkeys"));
            // Of Redis 7.2.
            assertThat(actual.keySet()).containsAll(List.of("client|setinfo", "client|no-touch"));
            actual.keySet().removeAll(List.of("client|setinfo", "client|no-touch"));
            assertThat(actual)
                    .hasSizeGreaterThan(40)
                    .allSatisfy((name, fields) -> assertThat(fields).as(name).isEqualTo(expected.get(name)));
        }
    }

    private static Map<String, Map<String, Reply>> documentation(RespClient client) {
        client.call("HELLO", "3");
        Map<String, Map<String, Reply>> all = new TreeMap<>();
        collect((Reply.Pairs) client.call("COMMAND", "DOCS"), all);
        return all;
    }

    private static void collect(Reply.Pairs commands, Map<String, Map<String, Reply>> all) {
        commands.pairs().forEach((name, fields) -> {
            Map<String, Reply> byName = new TreeMap<>();
            ((Reply.Pairs) fields).pairs().forEach((field, content) -> byName.put(text(field), content));
            byName.remove("summary");
            if (byName.remove("subcommands") instanceof Reply.Pairs subcommands) {
                collect(subcommands, all);
            }
            all.put(text(name), byName);
        });
    }

    private static String text(Reply reply) {
        return ((Reply.Bulk) reply).bytes().asUtf8();
    }
}
