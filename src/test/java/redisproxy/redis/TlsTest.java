package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.load;
import static redisproxy.redis.StoreFixture.recovers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.fixtures.Certificates;
import redisproxy.fixtures.TlsRedis;
import redisproxy.measure.EventLog;
import redisproxy.redis.TlsConfig.Verify;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

/** TLS towards a real redis-server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsTest {
    private static final Duration SHORT = Duration.ofMillis(800);
    /** Three tenths of it are for the handshake. */
    private static final Duration ENOUGH = Duration.ofSeconds(3);

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private static Path folder;

    private static TlsRedis redis;
    private static Certificates.Pair right;

    private final StoreFixture stores = new StoreFixture();

    @BeforeAll
    static void start() {
        redis = TlsRedis.started(folder);
        right = redis.certificates().issue(redis.authority(), "redis", TlsRedis.NAMES);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void restore() {
        redis.limitTo("TLSv1.2 TLSv1.3");
        redis.control().call("CONFIG", "SET", "tls-auth-clients", "no");
        redis.present(right);
        redis.control().call("SET", "k", "v");
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void loadsOverTls(String protocol) {
        redis.limitTo(protocol);
        assertThat(load(open(trusting(redis.authority().cert())), "k").value()).isEqualTo(Bytes.utf8("v"));
    }

    @Test
    void largeValuesArriveWhole() {
        String large = "x".repeat(3_000_000);
        redis.control().call("SET", "large", large);
        assertThat(load(open(trusting(redis.authority().cert())), "large").value())
                .isEqualTo(Bytes.utf8(large));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void commandsArePassedOnOverTls(String protocol) {
        redis.limitTo(protocol);
        StandaloneStore store = new StandaloneStore(
                node(redis.address(), trusting(redis.authority().cert()), LONG), null, new EventLog());
        store.start(stores.add(store));
        Passed.Client client = new Passed.Client(store, 0, /* isResp3= */ true);
        String large = "x".repeat(3_000_000);
        assertThat(client.write("SET", "large", large).get()).isEqualTo("+OK\r\n");
        // After this the lane looks whether its connection is open, once when it is and once when it is not.
        LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
        assertThat(client.write("STRLEN", "large").get()).isEqualTo(":3000000\r\n");
        killClients();
        LockSupport.parkNanos(Duration.ofMillis(600).toNanos());
        assertThat(client.write("GET", "large").get()).isEqualTo("$3000000\r\n" + large + "\r\n");
    }

    @Test
    void unknownAuthorityIsNamed() {
        Path other = redis.certificates().authority("other-ca").cert();
        assertRefused(
                trusting(other),
                "the certificate of 'CN=redis' has been issued by 'CN=redis-ca', and by none of the authorities in "
                        + "REDIS_TLS_CA_CERT_FILE '" + other + "'");
        assertRefused(trusting(null), "the authorities that Java trusts (set REDIS_TLS_CA_CERT_FILE)");
    }

    @Test
    void otherNameIsNamed() {
        Path ca = redis.authority().cert();
        redis.present(redis.certificates().issue(redis.authority(), "redis", "DNS:redis.example"));
        assertRefused(
                trusting(ca),
                "the certificate of 'CN=redis' is for [redis.example] and not for '127.0.0.1': "
                        + "set REDIS_TLS_SERVER_NAME to a name that it is for");
        assertLoads(new TlsConfig(ca, null, null, Verify.FULL, "redis.example"));
        assertLoads(new TlsConfig(ca, null, null, Verify.CA, null));
    }

    @Test
    void timeOfValidityIsNamed() {
        Path ca = redis.authority().cert();
        Instant now = Instant.now();
        redis.present(redis.certificates()
                .issue(redis.authority(), "redis", TlsRedis.NAMES, now.minus(DAY.multipliedBy(2)), now.minus(DAY)));
        assertRefused(trusting(ca), "the certificate of 'CN=redis' expired at ");
        redis.present(redis.certificates()
                .issue(redis.authority(), "redis", TlsRedis.NAMES, now.plus(DAY), now.plus(DAY.multipliedBy(2))));
        assertRefused(trusting(ca), "the certificate of 'CN=redis' is not valid before ");
        assertLoads(new TlsConfig(null, null, null, Verify.NONE, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void wantOfClientCertificateIsNamed(String protocol) {
        redis.limitTo(protocol);
        redis.requireClientCertificates();
        assertRefused(trusting(redis.authority().cert()), "set REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE");
        Certificates.Pair stranger =
                redis.certificates().issue(redis.certificates().authority("other-ca"), "stranger", TlsRedis.NAMES);
        assertRefused(showing(stranger.cert(), stranger.key()), "check REDIS_TLS_CERT_FILE '" + stranger.cert() + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -nocrypt",
                "rsa -traditional",
                "genpkey -algorithm ED25519",
                "ecparam -name prime256v1 -genkey",
                "ecparam -name secp521r1 -genkey -noout"
            })
    void clientCertificateIsShownWithKeysOfEachForm(String form) {
        redis.requireClientCertificates();
        Certificates.Pair pair = redis.certificates().issue(redis.authority(), "client", TlsRedis.NAMES);
        Path cert = pair.cert();
        Path key;
        if (form.contains("gen")) {
            key = folder.resolve("own.key");
            redis.certificates().openssl(form + " -out " + key);
            redis.certificates().openssl("req -new -subj /CN=own -key " + key + " -out " + folder.resolve("own.csr"));
            redis.certificates()
                    .openssl("x509 -req -days 1 -CAcreateserial -CA "
                            + redis.authority().cert() + " -CAkey "
                            + redis.authority().key() + " -in " + folder.resolve("own.csr") + " -out "
                            + folder.resolve("own.pem"));
            cert = folder.resolve("own.pem");
        } else {
            key = redis.certificates().converted(pair.key(), form);
        }
        assertLoads(showing(cert, key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsa -aes128 -passout pass:p -traditional",
                "ec -aes128 -passout pass:p",
                "pkcs8 -topk8 -passout pass:p",
            })
    void encryptedKeyIsNamed(String form) {
        Path from = form.startsWith("ec")
                ? redis.authority().key()
                : redis.certificates()
                        .issue(redis.authority(), "client", TlsRedis.NAMES)
                        .key();
        Path key = redis.certificates().converted(from, form);
        assertThatThrownBy(() -> showing(redis.authority().cert(), key).check())
                .isInstanceOf(TlsRefusedException.class)
                .hasMessage(
                        "REDIS_TLS_KEY_FILE: '%s' holds an encrypted key (expected: one without a passphrase)", key);
    }

    @Test
    void filesFromBeforeServeAllConnectionsOfOneRedis() throws IOException {
        Certificates.Pair pair = redis.certificates().issue(redis.authority(), "client", TlsRedis.NAMES);
        Path key = Files.copy(pair.key(), folder.resolve("half.key"));
        TlsConfig tls = new TlsConfig(redis.authority().cert(), pair.cert(), key, Verify.FULL, null);
        NodeAddress at = new NodeAddress(redis.address().host(), redis.address().port());
        RedisConfig config = new RedisConfig(
                new Topology.Auto(at), Credentials.NONE, new TlsContext(tls), 0, 1, LONG, ReadPolicy.PRIMARY);
        redis.requireClientCertificates();
        redis.cacheNoSessions();
        assertThat(load(stores.open(config.node(at)), "k").value()).isEqualTo(Bytes.utf8("v"));
        String whole = Files.readString(key);
        Files.writeString(key, whole.substring(0, whole.length() / 2));
        ControlConnection control = new ControlConnection(config.node(at), ControlConnection.LONGEST_WAIT);
        try {
            control.open();
            assertThat(control.info("server", "redis_mode")).isEqualTo("standalone");
        } finally {
            control.abort();
        }
    }

    @Test
    void replacedFilesAreUsedForNewConnections() throws IOException {
        Certificates.Pair otherCa = redis.certificates().authority("newer-ca");
        Path ca = Files.copy(redis.authority().cert(), folder.resolve("rotated.pem"));
        ReadThroughCache cache = open(trusting(ca));
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
        redis.present(redis.certificates().issue(otherCa, "newer", TlsRedis.NAMES));
        killClients();
        assertThat(load(cache, "after").failure()).hasMessageContaining("the certificate of 'CN=newer'");
        Files.writeString(ca, "half of a");
        recovers(() -> assertThat(load(cache, "half").failure()).hasMessageContaining("the certificate of 'CN=newer'"));
        Files.copy(otherCa.cert(), ca, StandardCopyOption.REPLACE_EXISTING);
        recovers(() -> assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v")));
    }

    @Test
    void plainPortIsNamed() {
        Address plain = redis.server().address();
        ReadThroughCache cache =
                stores.open(node(plain, trusting(redis.authority().cert()), ENOUGH));
        assertThat(load(cache, "k").failure())
                .hasMessageStartingWith(
                        "no connection to Redis at %s: it does not speak TLS: set REDIS_TLS=false", plain);
    }

    @Test
    void tlsPortIsNamedToPlainConnections() {
        ReadThroughCache cache = stores.open(StoreFixture.config(redis.address(), 1, LONG));
        assertThat(load(cache, "k").failure()).hasMessageContaining("set REDIS_TLS=true");
    }

    @Test
    void silenceEndsWithTheTimeout() {
        ReadThroughCache cache =
                stores.open(node(redis.address(), trusting(redis.authority().cert()), SHORT));
        recovers(() -> assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v")));
        redis.server().suspend();
        try {
            // Longer than what the sockets take, so that the sender waits within its write.
            Outcome outcome = load(cache, "k".repeat(20_000_000));
            assertThat(outcome.failure()).hasMessageContaining("did not answer within 0.8 s");
            assertThat(outcome.millis()).isLessThan(SHORT.toMillis() + 500);
        } finally {
            redis.server().resume();
        }
        recovers(() -> assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v")));
    }

    @Test
    void silenceDuringTheHandshakeEndsWithTheTimeout() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Address address = Address.loopback(silent.getLocalPort());
            ReadThroughCache cache =
                    stores.open(node(address, trusting(redis.authority().cert()), ENOUGH));
            Outcome outcome = load(cache, "k");
            assertThat(outcome.failure())
                    .hasMessage("no connection to Redis at %s: it did not answer the TLS handshake in time", address);
            assertThat(outcome.millis()).isLessThan(ENOUGH.toMillis());
        }
    }

    @Test
    void writesAreReportedOverTls() {
        TrackingConfig tracking = new TrackingConfig(List.of(), Duration.ofSeconds(1), Duration.ZERO);
        CacheConfig config = new CacheConfig(100, DAY, 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
        StandaloneStore store = new StandaloneStore(
                node(redis.address(), trusting(redis.authority().cert()), LONG), tracking, new EventLog());
        try (ReadThroughCache cache = new ReadThroughCache(config, store, Ticker.system())) {
            store.start(cache);
            await().until(() -> cache.storeStats().tracking().state() == State.TRACKING);
            assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
            byte[] key = Bytes.utf8("k").toArray();
            await().until(() -> cache.getIfPresent(key, 0, key.length) != null
                    || load(cache, "k").value() == null);
            redis.control().call("SET", "k", "newer");
            await().until(() -> cache.getIfPresent(key, 0, key.length) == null);
            assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("newer"));
        }
    }

    private void killClients() {
        redis.control().call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }

    private void assertLoads(TlsConfig tls) {
        assertThat(load(open(tls), "k").value()).isEqualTo(Bytes.utf8("v"));
    }

    private void assertRefused(TlsConfig tls, String why) {
        Outcome outcome = load(open(tls), "k");
        assertThat(outcome.failure())
                .hasMessageStartingWith("no connection to Redis at %s: ", redis.address())
                .hasMessageContaining(why);
        assertThat(outcome.millis()).isLessThan(LONG.toMillis() / 2);
    }

    private ReadThroughCache open(TlsConfig tls) {
        return stores.open(node(redis.address(), tls, LONG));
    }

    private static NodeConfig node(Address at, TlsConfig tls, Duration timeout) {
        return new NodeConfig(
                new NodeAddress(at.host(), at.port()),
                Credentials.NONE,
                new TlsContext(tls),
                0,
                1,
                timeout,
                ServerRole.ANY,
                /* isReadOnly= */ false);
    }

    private static TlsConfig trusting(@Nullable Path ca) {
        return new TlsConfig(ca, null, null, Verify.FULL, null);
    }

    private static TlsConfig showing(Path cert, Path key) {
        return new TlsConfig(redis.authority().cert(), cert, key, Verify.FULL, null);
    }
}
