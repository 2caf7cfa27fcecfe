package redisproxy.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What a few clients may ask for, or leave unfinished, that would cost all others much if nothing bounded it. */
public enum Excess {
    LONG_NAMES("200 clients give names of 1 MB to themselves and to their libraries", Port.RESP, 200, 0),
    INCOMPLETE_HEADS("6,000 HTTP heads of 60 KB stay incomplete", Port.HTTP, 6_000, 0),
    LARGE_KEYS("100 clients send pipelines of misses with keys of 10 KB, while Redis is suspended", Port.RESP, 100, 0),
    MGET_WITHOUT_REPLY("4 clients send `MGET` of misses after `CLIENT REPLY OFF`", Port.RESP, 4, 0),
    COMMAND_DOCS("`COMMAND DOCS` names a command 300,000 times, in one request and in 300", Port.RESP, 1, 0),
    CONFIG_GET("`CONFIG GET` has a million patterns, in one request and in 1,000", Port.RESP, 1, 0),
    MGET_OF_MISSES("3 clients send `MGET` of 1,000,000 misses each", Port.RESP, 3, 0),
    CLIENT_LIST("a pipeline of 3,000 `CLIENT LIST`, with 800 connections", Port.RESP, 1, 800),
    CACHE_KEYS("a pipeline of 500 `CACHE KEYS 10000`, with keys of 1 KB", Port.RESP, 1, 0),
    CACHE_FLUSH("4 clients send `CACHE FLUSH` without a pause after `CLIENT REPLY OFF`", Port.RESP, 4, 0);

    private static final int LONG_KEYS = 10_000;
    private static final int LONG_KEY_BYTES = 1_000;
    private static final int KEYS_AT_ONCE = 1_000;

    private final String words;
    private final Port port;
    private final int clients;
    private final int idleClients;

    /** Which port is abused. */
    public enum Port {
        RESP,
        HTTP
    }

    Excess(String words, Port port, int clients, int idleClients) {
        this.words = words;
        this.port = port;
        this.clients = clients;
        this.idleClients = idleClients;
    }

    public String words() {
        return words;
    }

    public Port port() {
        return port;
    }

    /** How many clients send {@link #bytes}. */
    public int clients() {
        return clients;
    }

    /** How many connections are open beside them. */
    public int idleClients() {
        return idleClients;
    }

    /** Whether Redis answers nothing meanwhile. */
    public boolean suspendsRedis() {
        return this == LARGE_KEYS;
    }

    /** Whether each client sends its bytes again and again; else it keeps the connection and sends nothing more. */
    public boolean isRepeated() {
        return this != INCOMPLETE_HEADS;
    }

    /** Puts into Redis what the requests are about. */
    public static void prepare(RedisControl redis) {
        Map<Bytes, Bytes> values = new LinkedHashMap<>();
        for (int i = 0; i < LONG_KEYS; i++) {
            values.put(Bytes.utf8(longKey(i)), Bytes.utf8("v"));
        }
        redis.setAll(values);
    }

    /** Returns what each client sends. */
    public byte[] bytes() {
        return switch (this) {
            case LONG_NAMES -> longNames();
            case INCOMPLETE_HEADS ->
                ("GET /key HTTP/1.1\r\nHost: proxy\r\n" + ("X-Long: " + "x".repeat(7_000) + "\r\n").repeat(8)
                                + "X-Last: " + "x".repeat(3_000))
                        .getBytes(ISO_8859_1);
            case LARGE_KEYS -> repeated(500, i -> encode("GET", String.format(Locale.ROOT, "%010000d", i)));
            case MGET_WITHOUT_REPLY -> withoutReply(repeated(100, i -> command("MGET", "miss:" + i + ":%d", 1_000)));
            case COMMAND_DOCS -> partly("COMMAND", "DOCS", "client", 300);
            case CONFIG_GET -> partly("CONFIG", "GET", "*z*", 1_000);
            case MGET_OF_MISSES -> command("MGET", "m:%d", 1_000_000);
            case CLIENT_LIST -> repeated(3_000, i -> encode("CLIENT", "LIST"));
            case CACHE_KEYS -> cacheKeys();
            case CACHE_FLUSH -> withoutReply(repeated(10_000, i -> encode("CACHE", "FLUSH")));
        };
    }

    private static byte[] longNames() {
        String name = "n".repeat(1 << 20);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(encode("CLIENT", "SETNAME", name));
        bytes.writeBytes(encode("CLIENT", "SETINFO", "LIB-NAME", name));
        bytes.writeBytes(encode("CLIENT", "SETINFO", "LIB-VER", name));
        bytes.writeBytes(encode("HELLO", "3", "SETNAME", name));
        return bytes.toByteArray();
    }

    /** One request with a thousand times as many arguments as are sent in each of {@code thousands} more. */
    private static byte[] partly(String container, String subcommand, String argument, int thousands) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(command(container, subcommand, argument, 1_000 * thousands));
        byte[] part = command(container, subcommand, argument, 1_000);
        bytes.writeBytes(repeated(thousands, i -> part));
        return bytes.toByteArray();
    }

    private static byte[] cacheKeys() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int from = 0; from < LONG_KEYS; from += KEYS_AT_ONCE) {
            String[] words = IntStream.range(from - 1, from + KEYS_AT_ONCE)
                    .mapToObj(Excess::longKey)
                    .toArray(String[]::new);
            words[0] = "MGET";
            bytes.writeBytes(encode(words));
        }
        bytes.writeBytes(repeated(500, i -> encode("CACHE", "KEYS", Integer.toString(LONG_KEYS))));
        return bytes.toByteArray();
    }

    private static String longKey(int i) {
        return "long:" + i + "k".repeat(LONG_KEY_BYTES);
    }

    private static byte[] withoutReply(byte[] requests) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(encode("CLIENT", "REPLY", "OFF"));
        bytes.writeBytes(requests);
        return bytes.toByteArray();
    }

    private static byte[] command(String name, String argument, int count) {
        return command(new String[] {name}, argument, count);
    }

    private static byte[] command(String container, String subcommand, String argument, int count) {
        return command(new String[] {container, subcommand}, argument, count);
    }

    /** A command whose arguments are all alike, but for their number in the place of {@code %d}. */
    private static byte[] command(String[] name, String argument, int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("*" + (name.length + count) + "\r\n").getBytes(ISO_8859_1));
        for (String word : name) {
            bytes.writeBytes(bulk(word));
        }
        int at = argument.indexOf("%d");
        byte[] constant = bulk(argument);
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(at < 0 ? constant : bulk(argument.substring(0, at) + i));
        }
        return bytes.toByteArray();
    }

    private static byte[] bulk(String word) {
        return ("$" + word.length() + "\r\n" + word + "\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] encode(String... words) {
        return RespClient.encode(words).toArray();
    }

    private interface Part {
        byte[] at(int index);
    }

    private static byte[] repeated(int count, Part part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(part.at(i));
        }
        return bytes.toByteArray();
    }
}
