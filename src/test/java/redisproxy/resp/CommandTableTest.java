package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RespClient;

/** The error texts are those of a Redis 7.0.15. */
final class CommandTableTest {
    private static final int MAX_CONNECTIONS = 7;
    private static final int PORT = 5010;

    private final CacheConfig cacheConfig = new CacheConfig(123, Duration.ofSeconds(60));
    private final FakeStore store = new FakeStore();
    private final ReadThroughCache cache = new ReadThroughCache(cacheConfig, store, Ticker.system());
    private final ClientRegistry registry = new ClientRegistry(MAX_CONNECTIONS);
    private final Session session = new Session(registry.nextId(), "10.0.0.1:1234", "10.0.0.2:5010");
    private final CommandTable table = new CommandTable(
            new ClientCommands(registry),
            new ServerCommands(
                    registry,
                    cache,
                    cacheConfig,
                    new RespConfig(null, PORT, MAX_CONNECTIONS),
                    Map.of("ttl", "60"),
                    "1.2.3",
                    () -> PORT),
            new KeyCommands(cache, store),
            new CacheCommands(cache, () -> "info", Runnable::run));

    CommandTableTest() {
        register(session);
    }

    @AfterEach
    void close() {
        cache.close();
    }

    /* --------------- Errors --------------- */

    static Stream<Arguments> errors() {
        String badName = "ERR Client names cannot contain spaces, newlines or special characters.";
        String wrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";
        return Stream.of(
                error("ERR unknown command 'foo', with args beginning with: ", "foo"),
                error("ERR unknown command 'foo', with args beginning with: 'bar' 'b z' ", "foo", "bar", "b z"),
                error("ERR unknown command '', with args beginning with: ", ""),
                error("ERR unknown command 'a', with args beginning with: 'c' ", "a\0b", "c\0d"),
                error("ERR unknown command 'a  b', with args beginning with: 'c d' ", "a\r\nb", "c\nd"),
                error("ERR unknown command 'FooBar', with args beginning with: ", "FooBar"),
                error(
                        "ERR unknown command '" + "x".repeat(128) + "', with args beginning with: '" + "y".repeat(128)
                                + "' ",
                        "x".repeat(200),
                        "y".repeat(200)),
                error(
                        "ERR unknown command 'foo', with args beginning with: " + "'abcdefgh' ".repeat(11)
                                + "'abcdefg' ",
                        Stream.concat(
                                        Stream.of("foo"),
                                        Stream.generate(() -> "abcdefgh").limit(40))
                                .toArray(String[]::new)),
                arity("get", "get"),
                arity("get", "GET", "a", "b"),
                arity("config", "config"),
                arity("config|get", "config", "GET"),
                arity("client", "client"),
                arity("client|setname", "client", "setname"),
                arity("client|id", "CLIENT", "ID", "x"),
                arity("client|info", "client", "info", "x"),
                arity("client|setinfo", "client", "setinfo", "lib-name"),
                arity("auth", "auth"),
                arity("select", "select"),
                arity("select", "select", "0", "0"),
                arity("ping", "ping", "a", "b"),
                arity("echo", "echo"),
                arity("echo", "echo", "a", "b"),
                arity("reset", "reset", "x"),
                arity("readonly", "readonly", "x"),
                arity("command|count", "command", "count", "x"),
                arity("command|list", "command", "list", "x"),
                error("ERR unknown subcommand 'foo'. Try CONFIG HELP.", "config", "foo"),
                error("ERR unknown subcommand 'Foo'. Try CLIENT HELP.", "client", "Foo", "bar"),
                error("ERR unknown subcommand 'foo'. Try COMMAND HELP.", "command", "foo"),
                error("ERR unknown subcommand '" + "z".repeat(128) + "'. Try CLIENT HELP.", "client", "z".repeat(300)),
                error("ERR unknown subcommand 'help'. Try CLIENT HELP.", "client", "help", "x"),
                error(badName, "client", "setname", "a b"),
                error(badName, "client", "setname", "a\nb"),
                error(badName, "client", "setname", "ü"),
                error("ERR Unknown client type 'foo'", "client", "list", "type", "foo"),
                error("ERR Invalid client ID", "client", "list", "id", "x"),
                error("ERR syntax error", "client", "list", "id"),
                error("ERR syntax error", "client", "list", "foo"),
                error("ERR syntax error", "client", "list", "type", "normal", "x"),
                error("ERR syntax error", "client", "no-evict", "x"),
                error("ERR Unrecognized option 'a'", "client", "setinfo", "a", "b"),
                error(
                        "ERR lib-name cannot contain spaces, newlines or special characters.",
                        "client",
                        "setinfo",
                        "LIB-NAME",
                        "a b"),
                error("ERR Protocol version is not an integer or out of range", "hello", "x"),
                error("ERR Protocol version is not an integer or out of range", "hello", "03"),
                error("ERR Protocol version is not an integer or out of range", "hello", "99999999999999999999"),
                error("NOPROTO unsupported protocol version", "hello", "4"),
                error("NOPROTO unsupported protocol version", "hello", "1"),
                error("ERR Syntax error in HELLO option 'foo'", "hello", "3", "foo"),
                error("ERR Syntax error in HELLO option 'auth'", "hello", "3", "auth", "a"),
                error("ERR Syntax error in HELLO option 'setname'", "hello", "2", "setname"),
                error(wrongPassword, "hello", "3", "auth", "x", "y"),
                error(badName, "hello", "3", "setname", "a b"),
                error(
                        "ERR AUTH <password> called without any password configured for the default user."
                                + " Are you sure your configuration is correct?",
                        "auth",
                        "x"),
                error(wrongPassword, "auth", "a", "b"),
                error("ERR syntax error", "auth", "a", "b", "c"),
                error("ERR value is not an integer or out of range", "select", "x"),
                error("ERR value is not an integer or out of range", "select", "+0"),
                error("ERR value is not an integer or out of range", "select", "00"),
                error("ERR DB index is out of range", "select", "1"),
                error("ERR DB index is out of range", "select", "-1"),
                error(
                        "ERR value is out of range, value must between -2147483648 and 2147483647",
                        "select",
                        "99999999999"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusesInTheWordsOfRedis(String expected, List<String> words) {
        assertThat(execute(words.toArray(String[]::new))).isEqualTo("-" + expected + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusalsChangeNothing(String unused, List<String> words) {
        execute(words.toArray(String[]::new));
        assertThat(session.protocolVersion()).isEqualTo(2);
        assertThat(session.name()).isEmpty();
    }

    /* --------------- Connection --------------- */

    @Test
    void pingAnswersPongOrMessage() {
        assertThat(execute("ping")).isEqualTo("+PONG\r\n");
        assertThat(execute("PING", "\0\r\n")).isEqualTo("$3\r\n\0\r\n\r\n");
    }

    @Test
    void echoAnswersTheMessage() {
        assertThat(execute("echo", "")).isEqualTo("$0\r\n\r\n");
        assertThat(execute("eChO", "ü")).isEqualTo("$2\r\nÃ¼\r\n");
    }

    @Test
    void helloDescribesTheServer() {
        String version2 = """
                *14
                $6
                server
                $5
                redis
                $7
                version
                $5
                7.2.4
                $5
                proto
                :2
                $2
                id
                :1
                $4
                mode
                $10
                standalone
                $4
                role
                $6
                master
                $7
                modules
                *0
                """.replace("\n", "\r\n");
        String version3 = version2.replace("*14", "%7").replace(":2", ":3");
        assertThat(execute("hello")).isEqualTo(version2);
        assertThat(execute("hello", "3")).isEqualTo(version3);
        assertThat(execute("hello")).isEqualTo(version3);
        assertThat(execute("hello", "2")).isEqualTo(version2);
    }

    @Test
    void helloTakesItsOptions() {
        assertThat(execute("hello", "3", "AUTH", "default", "any", "SETNAME", "me"))
                .startsWith("%7\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$2\r\nme\r\n");
        assertThat(execute("hello", "3", "setname", "", "setname", "x")).startsWith("%7\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$1\r\nx\r\n");
    }

    @Test
    void authTakesTheDefaultUser() {
        assertThat(execute("auth", "default", "any")).isEqualTo("+OK\r\n");
    }

    @Test
    void acceptsWhatChangesNothing() {
        assertThat(execute("select", "0")).isEqualTo("+OK\r\n");
        assertThat(execute("readonly")).isEqualTo("+OK\r\n");
        assertThat(execute("quit")).isEqualTo("+OK\r\n");
        assertThat(execute("quit", "now")).isEqualTo("+OK\r\n");
        assertThat(execute("client", "no-evict", "on")).isEqualTo("+OK\r\n");
        assertThat(execute("client", "no-touch", "OFF")).isEqualTo("+OK\r\n");
    }

    @Test
    void resetForgetsNameAndVersion() {
        execute("hello", "3", "setname", "me");
        assertThat(execute("reset")).isEqualTo("+RESET\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$-1\r\n");
        assertThat(session.protocolVersion()).isEqualTo(2);
    }

    /* --------------- CLIENT --------------- */

    @Test
    void clientNameComesAndGoes() {
        assertThat(execute("client", "getname")).isEqualTo("$-1\r\n");
        assertThat(execute("client", "setname", "me")).isEqualTo("+OK\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$2\r\nme\r\n");
        assertThat(execute("client", "setname", "")).isEqualTo("+OK\r\n");
        execute("hello", "3");
        assertThat(execute("client", "getname")).isEqualTo("_\r\n");
    }

    @Test
    void clientInfoTellsAll() {
        execute("client", "setname", "me");
        execute("client", "setinfo", "LIB-NAME", "jedis");
        execute("client", "setinfo", "lib-ver", "8.0.2");
        assertThat(execute("client", "info"))
                .matches("\\$\\d+\r\nid=1 addr=10\\.0\\.0\\.1:1234 laddr=10\\.0\\.0\\.2:5010 fd=-?\\d+ name=me age=\\d+"
                        + " idle=\\d+ flags=N db=0 .*cmd=client\\|info user=default lib-name=jedis lib-ver=8\\.0\\.2"
                        + " resp=2\n\r\n");
        execute("hello", "3");
        assertThat(execute("client", "info")).startsWith("=").contains("\r\ntxt:id=1 ");
    }

    @Test
    void clientListFilters() {
        Session other = new Session(registry.nextId(), "x:1", "x:2");
        register(other);
        assertThat(execute("client", "list").lines().filter(line -> line.startsWith("id=")))
                .hasSize(2);
        assertThat(execute("client", "list", "ID", Long.toString(other.id), "77"))
                .contains("addr=x:1 ")
                .doesNotContain("id=1 ");
        assertThat(execute("client", "list", "TYPE", "normal")).contains("id=1 ", "addr=x:1 ");
        assertThat(execute("client", "list", "type", "PUBSUB")).isEqualTo("$0\r\n\r\n");
        assertThat(execute("client", "id")).isEqualTo(":1\r\n");
    }

    /* --------------- Server --------------- */

    @Test
    void infoHasEverySection() {
        String info = execute("info");
        assertThat(info)
                .contains("# Server\r\nredis_version:7.2.4\r\n")
                .contains("redis_proxy_version:1.2.3\r\n")
                .contains("tcp_port:5010\r\n")
                .contains("# Clients\r\nconnected_clients:1\r\n", "\r\nmaxclients:7\r\nblocked_clients:0\r\n")
                .containsPattern("\r\nused_memory:[1-9]\\d+\r\nused_memory_human:[\\d.]+[MG]\r\n")
                .containsPattern("\r\nused_memory_peak:[1-9]\\d+\r\n")
                .contains("\r\nused_memory_dataset:0\r\n", "\r\nmaxmemory_policy:allkeys-lru\r\n")
                .contains("\r\nmaxmemory:" + Runtime.getRuntime().maxMemory() + "\r\n")
                .contains("\r\nkeyspace_misses:0\r\nloads:0\r\n")
                .contains("# Cluster\r\ncluster_enabled:0\r\n")
                .contains("role:master\r\n")
                .contains("cache_max_entries:123\r\n")
                .contains("cache_ttl_ms:60000\r\n");
        assertThat(execute("info", "default").lines().filter(line -> line.startsWith("#")))
                .containsExactlyElementsOf(
                        info.lines().filter(line -> line.startsWith("#")).toList());
    }

    @Test
    void infoSelectsSections() {
        assertThat(execute("info", "persistence")).isEqualTo("$26\r\n# Persistence\r\nloading:0\r\n\r\n");
        assertThat(execute("info", "REPLICATION", "Clients").lines().filter(line -> line.startsWith("#")))
                .containsExactly("# Clients", "# Replication");
        assertThat(execute("info", "nonsense")).isEqualTo("$0\r\n\r\n");
    }

    @Test
    void infoCountsTheCache() {
        store.put("k", "v");
        cache.load(Bytes.utf8("k").toArray(), new LoadListener() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {}

            @Override
            public void failed(BackingStoreException cause) {}
        });
        assertThat(execute("info", "cache")).contains("cache_entries:1\r\n", "cache_loads:1\r\n");
        assertThat(execute("info", "coherence")).contains("\r\ncoherence:ttl\r\n", "\r\ntracking:off\r\n");
    }

    @ParameterizedTest
    @CsvSource({"0, 0B", "1023, 1023B", "1024, 1.00K", "1536, 1.50K", "1073741824, 1.00G", "1125899906842624, 1.00P"})
    void bytesAreShownAsRedisShowsThem(long bytes, String shown) {
        assertThat(ServerCommands.human(bytes)).isEqualTo(shown);
    }

    @Test
    void configGetTakesPatterns() {
        assertThat(execute("config", "get", "maxclients")).isEqualTo("*2\r\n$10\r\nmaxclients\r\n$1\r\n7\r\n");
        assertThat(execute("config", "get", "SAVE", "append*"))
                .isEqualTo("*4\r\n$10\r\nappendonly\r\n$2\r\nno\r\n$4\r\nsave\r\n$0\r\n\r\n");
        assertThat(execute("config", "get", "nonsense")).isEqualTo("*0\r\n");
        execute("hello", "3");
        assertThat(execute("config", "get", "port", "p?rt")).isEqualTo("%1\r\n$4\r\nport\r\n$4\r\n5010\r\n");
        assertThat(execute("config", "get", "*")).startsWith("%11\r\n").contains("$3\r\nttl\r\n$2\r\n60\r\n");
    }

    /* --------------- COMMAND --------------- */

    @Test
    void commandDescribesEveryCommand() {
        assertThat(execute("command", "count")).isEqualTo(":24\r\n");
        assertThat(execute("command", "list"))
                .startsWith("*24\r\n")
                .contains("\r\nget\r\n", "\r\nping\r\n", "\r\nquit\r\n", "\r\nconfig\r\n");
        assertThat(execute("command"))
                .startsWith("*24\r\n*10\r\n$4\r\nauth\r\n:-2\r\n")
                .isEqualTo(execute("command", "info"));
    }

    @Test
    void commandInfoNamesFlagsAndKeys() {
        assertThat(execute("command", "info", "GET"))
                .isEqualTo(
                        "*1\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n*0\r\n*0\r\n*0\r\n*0\r\n");
    }

    @Test
    void commandInfoOfUnknownIsNull() {
        assertThat(execute("command", "info", "nope")).isEqualTo("*1\r\n$-1\r\n");
        execute("hello", "3");
        assertThat(execute("command", "info", "nope")).isEqualTo("*1\r\n_\r\n");
    }

    @Test
    void commandDocsAreMaps() {
        assertThat(execute("command", "docs", "ping", "nope"))
                .startsWith("*2\r\n$4\r\nping\r\n*6\r\n$7\r\nsummary\r\n");
        execute("hello", "3");
        assertThat(execute("command", "docs", "ping")).startsWith("%1\r\n$4\r\nping\r\n%3\r\n$7\r\nsummary\r\n");
        assertThat(execute("command", "docs", "config"))
                .contains("$11\r\nsubcommands\r\n%1\r\n$10\r\nconfig|get\r\n%3\r\n$7\r\nsummary\r\n");
        assertThat(execute("command", "docs")).startsWith("%24\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "config", "command", "cache"})
    void containersAnswerHelp(String container) {
        assertThat(execute(container, "help"))
                .matches("(?s)\\*\\d+\r\n\\+" + container.toUpperCase(Locale.ROOT)
                        + " <subcommand> \\[<arg> \\[value\\] \\[opt\\] \\.\\.\\.\\]\\. Subcommands are:\r\n.*"
                        + "\\+HELP\r\n\\+    Print this help\\.\r\n");
    }

    /* --------------- Words --------------- */

    @Test
    void recognisesGetInAnyCase() {
        assertThat(CommandTable.isGet(request("GET", "k"))).isTrue();
        assertThat(CommandTable.isGet(request("gEt", ""))).isTrue();
        assertThat(CommandTable.isGet(request("get"))).isFalse();
        assertThat(CommandTable.isGet(request("get", "a", "b"))).isFalse();
        assertThat(CommandTable.isGet(request("gets", "k"))).isFalse();
        assertThat(CommandTable.isGet(request("set", "k"))).isFalse();
    }

    @Test
    void recognisesQuitInAnyCase() {
        assertThat(CommandTable.isQuit(request("Quit"))).isTrue();
        assertThat(CommandTable.isQuit(request("quit", "x"))).isTrue();
        assertThat(CommandTable.isQuit(request("quiz"))).isFalse();
    }

    private void register(Session added) {
        assertThat(registry.register(added, new Untouched())).isTrue();
    }

    private String execute(String... words) {
        byte[] reply = table.execute(session, request(words), () -> {
            throw new AssertionError("a reply that waits");
        });
        return new String(reply, StandardCharsets.ISO_8859_1);
    }

    private static final class Untouched implements ClientRegistry.Control {
        @Override
        public void drain() {
            throw new AssertionError();
        }

        @Override
        public void kill() {
            throw new AssertionError();
        }

        @Override
        public void sweep(long now) {
            throw new AssertionError();
        }
    }

    private static RequestParser request(String... words) {
        byte[] wire = RespClient.encode(words).toArray();
        RequestParser parser = new RequestParser();
        try {
            assertThat(parser.parse(wire, 0, wire.length)).isTrue();
        } catch (RespProtocolException e) {
            throw new AssertionError(e);
        }
        return parser;
    }

    private static Arguments error(String expected, String... words) {
        return Arguments.of(expected, List.of(words));
    }

    private static Arguments arity(String command, String... words) {
        return error("ERR wrong number of arguments for '%s' command".formatted(command), words);
    }
}
