package redisproxy.features;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.fixtures.SentinelSetup;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** The state of one scenario: its proxy, its Redis, its keys, and the resources to close after it. */
public final class World {
    private static final Pattern KEY_IN_BRACES = Pattern.compile("\\{([^}]*)}");
    private static final Duration LONGEST_ADMISSION = Duration.ofSeconds(10);

    private final String prefix = UUID.randomUUID().toString().substring(0, 13) + ":";
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private ProxyUnderTest proxy;
    private RedisServerProcess ownRedis;
    private RedisControl redis;
    private RespClient resp;
    private ChildProcess process;
    private long hitsAtStart;
    private long pauseEnd = System.nanoTime();

    /** Starts the proxy in front of the shared Redis, or takes the external proxy with the settings that it has. */
    void startProxy(Map<String, String> settings) {
        proxy = ProxyUnderTest.isExternal()
                ? ProxyUnderTest.external()
                : ProxyUnderTest.embedded(SharedRedis.address(), settings);
        open.push(proxy);
        connectToRedis();
    }

    /** Starts the proxy in front of a Redis that belongs to this scenario. */
    void startProxy(RedisServerProcess server, Map<String, String> settings) {
        ownRedis = closeLater(server);
        proxy = closeLater(ProxyUnderTest.embedded(server.address(), settings));
    }

    /** Starts the proxy as a process in front of a Redis that belongs to this scenario. */
    void startProcess(Map<String, String> environment, Map<String, String> settings) {
        startProcess(environment, settings, List.of());
    }

    /** As above; what is {@code left} to the environment or a file is not set by a flag. */
    void startProcess(Map<String, String> environment, Map<String, String> settings, List<String> left) {
        ownRedis = closeLater(RedisServerProcess.started());
        proxy = closeLater(
                ProxyUnderTest.process(ownRedis.address(), environment, settings, left, started -> process = started));
        connectToRedis();
    }

    /** The process of the proxy, if it has one of its own. */
    ChildProcess process() {
        return process;
    }

    /** Starts the proxy in front of the master that Sentinels watch. */
    void startProxy(SentinelSetup setup, Map<String, String> settings) {
        proxy = closeLater(ProxyUnderTest.embedded(setup, settings));
    }

    /** Starts the proxy in front of servers that the scenario controls by itself, of which this is one. */
    void startProxy(Address server, Map<String, String> settings) {
        proxy = closeLater(ProxyUnderTest.embedded(server, settings));
    }

    /** Opens a new control connection after Redis was started. */
    void connectToRedis() {
        redis = closeLater(new RedisControl(proxy.redis()));
        hitsAtStart = redis.keyspaceHits();
    }

    ProxyUnderTest proxy() {
        return proxy;
    }

    RedisServerProcess ownRedis() {
        return ownRedis;
    }

    RedisControl redis() {
        return redis;
    }

    /** How many reads have found their key in Redis since the scenario began. */
    long readsOfRedis() {
        return redis.keyspaceHits() - hitsAtStart;
    }

    /** Redis sends no answers from now on, until the time is over. */
    void pauseRedis(Duration time) {
        redis.pause(time);
        pauseEnd = System.nanoTime() + time.toNanos();
    }

    /** How long Redis still pauses; negative once it has resumed. */
    Duration pauseLeft() {
        return Duration.ofNanos(pauseEnd - System.nanoTime());
    }

    /** The key of this name that no other scenario uses. */
    Bytes key(String name) {
        return bytes(name.contains("{") ? name : "{" + name + "}");
    }

    /** The text with its escapes resolved and every {@code {name}} turned into the key of that name. */
    Bytes bytes(String text) {
        return Bytes.escaped(
                KEY_IN_BRACES.matcher(text).replaceAll(key -> Matcher.quoteReplacement(prefix + key.group(1))));
    }

    HttpAnswer get(Bytes key) {
        return HttpConnection.get(proxy.http(), "/" + key.percentEncoded());
    }

    HttpConnection connectHttp() {
        return closeLater(HttpConnection.connect(proxy.http()));
    }

    /** The RESP connection of a scenario that needs only one. */
    RespClient resp() {
        if (resp == null) {
            resp = connectResp();
        }
        return resp;
    }

    /** A RESP connection that the proxy has admitted. Connections that earlier scenarios closed may hold their places for a moment. */
    RespClient connectResp() {
        return Polling.atMost(LONGEST_ADMISSION).until(this::tryResp, client -> client != null);
    }

    private RespClient tryResp() {
        RespClient client = RespClient.connect(proxy.resp());
        if (isAdmitted(client)) {
            return closeLater(client);
        }
        client.close();
        return null;
    }

    private static boolean isAdmitted(RespClient client) {
        try {
            Reply reply = client.call("PING");
            // It may have to log in.
            return reply.equals(new Reply.Simple("PONG"))
                    || (reply instanceof Reply.Failure refused && refused.text().startsWith("NOAUTH"));
        } catch (UncheckedIOException closedAtOnce) {
            return false;
        }
    }

    <T extends AutoCloseable> T closeLater(T resource) {
        open.push(resource);
        return resource;
    }

    /** Closes the resources of the scenario, in reverse order. */
    void close() throws Exception {
        Exception failure = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
