package redisproxy.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Random;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Excess;
import redisproxy.testkit.Excess.Port;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RespClient;

/** What hostile or broken clients do to a port. */
enum Abuse {
    RESP_DRIP("900 connections send an argument byte by byte, ten bytes/s each", Hostility::drip, Port.RESP),
    HTTP_DRIP("900 connections send a header byte by byte, ten bytes/s each", Hostility::drip, Port.HTTP),
    RESP_UNREAD("20 clients send 100,000 GETs of 1 MiB each, and do not read", Hostility::sendUnread, Port.RESP),
    HTTP_UNREAD("20 clients send 1,000 GETs of 1 MiB each, and do not read", Hostility::sendUnread, Port.HTTP),
    RESP_PIPELINES("8 clients send pipelines of 10,000 GETs as fast as they can", Hostility::pipeline, Port.RESP),
    HTTP_PIPELINES("8 clients send pipelines of 1,000 GETs as fast as they can", Hostility::pipeline, Port.HTTP),
    HTTP_UNUSUAL("the same with a header that asks for another answer", Hostility::pipeline, Port.HTTP),
    RESP_ANNOUNCED("1,000 connections announce 512 MB each, and send no more", Hostility::hold, Port.RESP),
    RESP_FLOOD("MAX_CONN connections are open, four threads try to open more", Hostility::flood, Port.RESP),
    HTTP_FLOOD("2,000 connections are open, four threads open more, ask and leave", Hostility::flood, Port.HTTP),
    RESP_LINE("four threads connect and send a line of 1 MiB", Hostility::sendAndLeave, Port.RESP),
    HTTP_LINE("four threads connect and send a line of 1 MiB", Hostility::sendAndLeave, Port.HTTP),
    RESP_GARBAGE("four threads connect and send 4 KiB of random bytes", Hostility::sendAndLeave, Port.RESP),
    HTTP_GARBAGE("four threads connect and send 4 KiB of random bytes", Hostility::sendAndLeave, Port.HTTP),
    RESP_TLS("four threads connect and begin a TLS handshake", Hostility::sendAndLeave, Port.RESP),
    HTTP_TLS("four threads connect and begin a TLS handshake", Hostility::sendAndLeave, Port.HTTP),
    RESP_HTTP("four threads connect and send an HTTP request", Hostility::sendAndLeave, Port.RESP),
    HTTP_RESP("four threads connect and send a RESP request", Hostility::sendAndLeave, Port.HTTP),
    TRANSACTIONS("8 clients send transactions of 10,000 commands as fast as they can", Hostility::pipeline, Port.RESP),
    WAITING("1,000 clients send BLPOP, and as many wait as PINNED_CONNECTIONS allows", Hostility::hold, Port.RESP),
    UNREAD_MESSAGES(
            "20 clients subscribe and do not read, 8 publish messages of 10 KiB as fast as they can",
            Hostility::publishUnread,
            Port.RESP),
    ALL_KEYS(
            "8 clients send pipelines of 20 KEYS *, of 110,000 keys, and do not read",
            Hostility::sendFewUnread,
            Port.RESP),
    /** Redis by itself would hold all of it. */
    HUGE_UNREAD("20 clients ask for a reply of 512 MB each, and do not read", Hostility::sendUnread, Port.RESP, false),
    HUGE_SLOW("8 clients ask for replies of 512 MB, and read 640 KB/s each", Hostility::readSlowly, Port.RESP, false),
    LONG_NAMES(Excess.LONG_NAMES),
    INCOMPLETE_HEADS(Excess.INCOMPLETE_HEADS),
    LARGE_KEYS(Excess.LARGE_KEYS),
    MGET_WITHOUT_REPLY(Excess.MGET_WITHOUT_REPLY),
    COMMAND_DOCS(Excess.COMMAND_DOCS),
    CONFIG_GET(Excess.CONFIG_GET),
    MGET_OF_MISSES(Excess.MGET_OF_MISSES),
    CLIENT_LIST(Excess.CLIENT_LIST),
    CACHE_KEYS(Excess.CACHE_KEYS),
    CACHE_FLUSH(Excess.CACHE_FLUSH);

    /** A value of 1 MiB. */
    static final String LARGE = "large";

    /** A list of which a reply has 512 MB. */
    static final String HUGE = "huge";

    static final String CHANNEL = "channel";

    private static final int LINE_BYTES = 1 << 20;
    private static final int MESSAGE_BYTES = 10 * 1024;
    private static final int COMMANDS = 10_000;
    private static final int GARBAGE_BYTES = 4096;

    final String words;
    final Hostility.Behaviour behaviour;
    final Port port;

    /** Redis, as the port's peer, is abused in the same way. */
    final boolean hasPeer;

    /** Redis, behind the proxy, answers nothing meanwhile. */
    final boolean suspendsRedis;

    Abuse(String words, Hostility.Behaviour behaviour, Port port) {
        this(words, behaviour, port, port == Port.RESP);
    }

    Abuse(String words, Hostility.Behaviour behaviour, Port port, boolean hasPeer) {
        this.words = words;
        this.behaviour = behaviour;
        this.port = port;
        this.hasPeer = hasPeer;
        suspendsRedis = false;
    }

    Abuse(Excess excess) {
        words = excess.words();
        behaviour = hostility -> hostility.exceed(excess);
        port = excess.port();
        hasPeer = false;
        suspendsRedis = excess.suspendsRedis();
    }

    /** Whether it needs commands that are passed on to Redis, which the proxy has to be allowed. */
    boolean isPassedOn() {
        return EnumSet.range(TRANSACTIONS, HUGE_SLOW).contains(this);
    }

    String flag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the bytes that each client sends, unless an {@link Excess} has its own. A dripping client repeats the last one. */
    byte[] bytes() {
        return switch (this) {
            case RESP_DRIP -> ascii("*2\r\n$3\r\nGET\r\n$1000000\r\nx");
            case HTTP_DRIP -> ascii("GET /key HTTP/1.1\r\nHost: proxy\r\nX-Long: x");
            case RESP_UNREAD -> repeat(respGet(LARGE), 100_000);
            case HTTP_UNREAD -> repeat(httpGet(LARGE), 1_000);
            case RESP_PIPELINES -> repeat(respGet(Probe.KEY), 10_000);
            case HTTP_PIPELINES -> repeat(httpGet(Probe.KEY), 1_000);
            case HTTP_UNUSUAL -> repeat(httpGet(Probe.KEY, "Cache-Control: max-stale"), 1_000);
            case RESP_ANNOUNCED -> ascii("*2\r\n$3\r\nGET\r\n$536870912\r\n");
            case RESP_FLOOD, HTTP_RESP -> respGet(Probe.KEY);
            case HTTP_FLOOD, RESP_HTTP -> httpGet(Probe.KEY);
            case RESP_LINE, HTTP_LINE -> ascii("a".repeat(LINE_BYTES));
            case RESP_GARBAGE, HTTP_GARBAGE -> garbage();
            case TRANSACTIONS -> transaction();
            case WAITING -> RespClient.encode("BLPOP", "nothing", "0").toArray();
            case UNREAD_MESSAGES ->
                repeat(
                        RespClient.encode("PUBLISH", CHANNEL, "x".repeat(MESSAGE_BYTES))
                                .toArray(),
                        100);
            case ALL_KEYS -> repeat(RespClient.encode("KEYS", "*").toArray(), 20);
            case HUGE_UNREAD ->
                repeat(RespClient.encode("LRANGE", HUGE, "0", "-1").toArray(), 20);
            case HUGE_SLOW -> RespClient.encode("LRANGE", HUGE, "0", "-1").toArray();
            // The header of a TLS record with a ClientHello (RFC 8446, 5.1), without the rest.
            case RESP_TLS, HTTP_TLS ->
                ascii("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + "\u0000".repeat(500));
            default -> new byte[0];
        };
    }

    private static byte[] respGet(String key) {
        return RespClient.encode("GET", key).toArray();
    }

    private static byte[] httpGet(String key, String... headers) {
        return HttpConnection.request("GET /" + Bytes.utf8(key).percentEncoded(), headers)
                .toArray();
    }

    private static byte[] transaction() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(RespClient.encode("MULTI").toArray());
        for (int i = 0; i < COMMANDS; i++) {
            bytes.writeBytes(RespClient.encode("SET", "transaction:" + i, "v").toArray());
        }
        bytes.writeBytes(RespClient.encode("EXEC").toArray());
        return bytes.toByteArray();
    }

    private static byte[] garbage() {
        byte[] bytes = new byte[GARBAGE_BYTES];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] repeat(byte[] bytes, int times) {
        ByteArrayOutputStream repeated = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            repeated.writeBytes(bytes);
        }
        return repeated.toByteArray();
    }
}
