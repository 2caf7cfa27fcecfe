package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redisproxy.fixtures.Certificates.Pair;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.ChildProcess;
import redisproxy.tls.Authorities;
import redisproxy.tls.PemFile;
import redisproxy.tls.TlsFile;

/** The RESP port with TLS, by redis-cli, openssl, Jedis and Lettuce. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RespTlsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    @TempDir
    private static Path folder;

    private static Pair authority;
    private static Core core;

    @BeforeAll
    static void start() {
        var certificates = new redisproxy.fixtures.Certificates(folder);
        authority = certificates.authority("ca");
        Pair pair = certificates.issue(authority, "proxy", "DNS:localhost,IP:127.0.0.1");
        List<String> flags = List.of(
                "--proxy-port=none",
                "--proxy-host=127.0.0.1",
                "--tcp-port=none",
                "--tcp-tls-port=0",
                "--tls-cert-file=" + pair.cert(),
                "--tls-key-file=" + pair.key(),
                "--admin-port=none",
                "--redis-host=127.0.0.1",
                "--redis-port=" + REDIS.address().port());
        core = Core.withBothPorts(
                StartSettings.read(() ->
                        CommandLineFlags.parse(flags.toArray(String[]::new)).settings(Map.of())),
                why -> {});
        core.start();
    }

    @AfterAll
    static void stop() {
        core.close();
    }

    @BeforeEach
    void keys() {
        REDIS.control().call("SET", "k", "value");
    }

    private static int port() {
        return core.ports().bound(TlsCatalog.TCP_TLS_PORT);
    }

    private static String cli(String... words) {
        List<String> command = new ArrayList<>(List.of(
                "redis-cli",
                "--tls",
                "--cacert",
                authority.cert().toString(),
                "-h",
                "localhost",
                "-p",
                Integer.toString(port())));
        command.addAll(List.of(words));
        try (ChildProcess process = ChildProcess.start(Map.of(), command)) {
            assertThat(process.awaitExit()).as(process.describe("redis-cli")).isZero();
            return process.out();
        }
    }

    @Test
    void redisCliIsServed() {
        assertThat(cli("GET", "k")).isEqualTo("value");
        assertThat(cli("CLIENT", "LIST")).contains("laddr=127.0.0.1:" + port());
        assertThat(core.toString()).contains("rediss://127.0.0.1:" + port());
    }

    private static SSLContext trusting() throws IOException, GeneralSecurityException {
        PemFile file = new PemFile("CA", authority.cert(), TlsFile.read("CA", authority.cert()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {Authorities.trust(file.certificates())}, null);
        return context;
    }

    @Test
    @SuppressWarnings("deprecation") // its successor takes files of the JDK's own form alone
    void jedisIsServed() throws Exception {
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                .ssl(true)
                .sslSocketFactory(trusting().getSocketFactory())
                .build();
        try (Jedis jedis = new Jedis(new HostAndPort("localhost", port()), config);
                Pipeline pipeline = jedis.pipelined()) {
            assertThat(jedis.get("k")).isEqualTo("value");
            List<Response<String>> replies = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                replies.add(pipeline.get("k"));
            }
            pipeline.sync();
            assertThat(replies).allSatisfy(reply -> assertThat(reply.get()).isEqualTo("value"));
        }
    }

    @Test
    void lettuceIsServed() throws Exception {
        RedisURI uri = RedisURI.builder()
                .withHost("localhost")
                .withPort(port())
                .withSsl(true)
                .build();
        try (var client = io.lettuce.core.RedisClient.create(uri)) {
            client.setOptions(io.lettuce.core.ClientOptions.builder()
                    .sslOptions(SslOptions.builder()
                            .trustManager(authority.cert().toFile())
                            .build())
                    .build());
            try (var connection = client.connect()) {
                var answers = IntStream.range(0, 10_000)
                        .mapToObj(i -> connection.async().get("k"))
                        .toList();
                for (var answer : answers) {
                    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo("value");
                }
            }
        }
    }

    private static ChildProcess openssl(String options, String input) {
        return ChildProcess.start(
                Map.of(),
                List.of(
                        "bash",
                        "-c",
                        "(%s) | timeout 20 openssl s_client -connect 127.0.0.1:%d -CAfile %s %s"
                                .formatted(input, port(), authority.cert(), options)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_2 -no_ticket"})
    void sessionsAreResumed(String version) {
        try (ChildProcess openssl = openssl("-reconnect " + version, "true")) {
            assertThat(openssl.awaitExit()).as(openssl.describe("s_client")).isZero();
            assertThat(openssl.out()).contains("Reused, TLSv1.2");
        }
    }

    /** openssl takes what it reads at one time as a command of its own if that begins with its letter. */
    private static final String LINES =
            "printf 'GET k\\r\\n'; sleep 1; printf '%s\\n'; sleep 1; printf 'GET k\\r\\nPING\\r\\n'; sleep 1";

    @ParameterizedTest
    @ValueSource(strings = {"K", "k"})
    void keysMayChange(String command) {
        try (ChildProcess openssl = openssl("-tls1_3", LINES.formatted(command))) {
            openssl.awaitExit();
            assertThat(openssl.out()).as(openssl.describe("s_client")).contains("value", "+PONG");
            assertThat(openssl.err()).contains("KEYUPDATE");
        }
    }

    @Test
    void renegotiationIsRefused() {
        try (ChildProcess openssl = openssl("-tls1_2", LINES.formatted("R"))) {
            openssl.awaitExit();
            assertThat(openssl.err()).as(openssl.describe("s_client")).contains("RENEGOTIATING");
            assertThat(openssl.out()).contains("value").doesNotContain("+PONG");
        }
        assertThat(cli("GET", "k")).isEqualTo("value");
    }
}
