package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.Level;
import redisproxy.admin.AdminConfig;
import redisproxy.auth.CommandPolicy;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.TrackingConfig;
import redisproxy.http.AllowedHosts;
import redisproxy.http.BrowserPolicy;
import redisproxy.http.HttpConfig;
import redisproxy.redis.Credentials;
import redisproxy.redis.LoadTimeout;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.Password;
import redisproxy.redis.ReadPolicy;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.Topology;
import redisproxy.resp.RespConfig;
import redisproxy.resp.SlowLoadConfig;
import redisproxy.warm.WarmConfig;

final class ProxyConfigTest {
    @TempDir
    private Path directory;

    @Test
    void defaults() {
        ProxyConfig config = ProxyConfig.fromArgs();
        assertThat(config)
                .isEqualTo(new ProxyConfig(
                        new HttpConfig("0.0.0.0", 5000, 1000),
                        new RespConfig("0.0.0.0", 5010, 1000),
                        redis(
                                new Topology.Auto(new NodeAddress("localhost", 6379)),
                                Credentials.NONE,
                                0,
                                8,
                                100,
                                Duration.ofSeconds(5)),
                        new CacheConfig(100_000, Duration.ofSeconds(60)),
                        new AdminConfig("127.0.0.1", 5020, false, false),
                        new SlowLoadConfig(10_000, 128, 0),
                        Duration.ZERO,
                        new LogConfig(Level.INFO, LogFormat.TEXT, null),
                        UsersConfig.NONE,
                        TlsPorts.NONE,
                        Duration.ZERO,
                        TakeoverConfig.NONE,
                        FrontConfig.NONE));
        assertThat(config.http()).isEqualTo(HttpConfig.defaults());
        assertThat(config.resp()).isEqualTo(RespConfig.defaults());
        assertThat(config.redis()).isEqualTo(RedisConfig.defaults());
        assertThat(config.cache()).isEqualTo(CacheConfig.defaults());
    }

    @Test
    void everyKeyMaps() throws Exception {
        Map<Setting<?>, String> values = new HashMap<>(Map.ofEntries(
                Map.entry(SettingsCatalog.PROXY_HOST, "127.0.0.1"),
                Map.entry(SettingsCatalog.PROXY_PORT, "1"),
                Map.entry(SettingsCatalog.TCP_HOST, "127.0.0.2"),
                Map.entry(SettingsCatalog.TCP_PORT, "2"),
                Map.entry(RedisCatalog.REDIS_MODE, "standalone"),
                Map.entry(RedisCatalog.REDIS_HOST, "redis"),
                Map.entry(RedisCatalog.REDIS_PORT, "3"),
                Map.entry(RedisCatalog.REDIS_USER, "alice"),
                Map.entry(RedisCatalog.REDIS_PASSWORD, "secret"),
                Map.entry(RedisCatalog.REDIS_DATABASE, "4"),
                Map.entry(RedisCatalog.REDIS_POOL_SIZE, "5"),
                Map.entry(RedisCatalog.PINNED_CONNECTIONS, "250"),
                Map.entry(RedisCatalog.REDIS_TIMEOUT, "0.6"),
                Map.entry(RedisCatalog.READ_FROM, "primary"),
                Map.entry(RedisCatalog.READ_DISCONNECTED_REPLICAS, "false"),
                Map.entry(SettingsCatalog.CACHE_SIZE, "7"),
                Map.entry(SettingsCatalog.CACHE_MAX_BYTES, "64mb"),
                Map.entry(SettingsCatalog.MAX_VALUE_BYTES, "4000"),
                Map.entry(SettingsCatalog.TTL, "8.5"),
                Map.entry(SettingsCatalog.COHERENCE, "Tracking"),
                Map.entry(SettingsCatalog.TRACKING_PREFIX, "user:,session:"),
                Map.entry(SettingsCatalog.TRACKING_HEARTBEAT, "0.5"),
                Map.entry(SettingsCatalog.TRACKING_TABLE_MAX_KEYS, "27"),
                Map.entry(SettingsCatalog.MAX_STALENESS_DISCONNECTED, "11"),
                Map.entry(SettingsCatalog.NEGATIVE_TTL, "12"),
                Map.entry(SettingsCatalog.NEGATIVE_CACHE_SIZE, "13"),
                Map.entry(SettingsCatalog.STALE_IF_ERROR, "14"),
                Map.entry(SettingsCatalog.STALE_WHILE_REVALIDATE, "15"),
                Map.entry(SettingsCatalog.HTTP_MAX_AGE, "16"),
                Map.entry(SettingsCatalog.MAX_CONN, "9"),
                Map.entry(SettingsCatalog.IDLE_TIMEOUT, "17"),
                Map.entry(SettingsCatalog.HTTP_IDLE_TIMEOUT, "19"),
                Map.entry(SettingsCatalog.CLIENT_TIMEOUT, "18"),
                Map.entry(SettingsCatalog.MAX_BODY_BYTES, "27648"),
                Map.entry(AdminCatalog.ADMIN_HOST, "127.0.0.3"),
                Map.entry(AdminCatalog.ADMIN_PORT, "none"),
                Map.entry(AdminCatalog.READY_NEEDS_REDIS, "true"),
                Map.entry(AdminCatalog.DRAIN_DELAY, "20"),
                Map.entry(AdminCatalog.CONFIG_WATCH, "24"),
                Map.entry(SlowlogCatalog.SLOWLOG_LOG_SLOWER_THAN, "-1"),
                Map.entry(SlowlogCatalog.SLOWLOG_MAX_LEN, "21"),
                Map.entry(SlowlogCatalog.LATENCY_MONITOR_THRESHOLD, "22"),
                Map.entry(SettingsCatalog.LOG_LEVEL, "WARN"),
                Map.entry(LogCatalog.LOG_FORMAT, "json"),
                Map.entry(LogCatalog.ACCESS_LOG, "stderr"),
                Map.entry(LogCatalog.ACCESS_LOG_SAMPLE, "23"),
                Map.entry(LogCatalog.ACCESS_LOG_KEYS, "show"),
                Map.entry(BrowserCatalog.CORS_ORIGIN, "https://shop.example,http://localhost:3000"),
                Map.entry(BrowserCatalog.ALLOWED_HOSTS, "cache.example,*.svc.cluster.local"),
                Map.entry(TakeoverCatalog.REUSE_PORT, "true"),
                Map.entry(TakeoverCatalog.WARM_FROM, "http://127.0.0.1:5021"),
                Map.entry(TakeoverCatalog.WARM_TOKEN_FILE, "token"),
                Map.entry(TakeoverCatalog.WARM_KEYS, "25"),
                Map.entry(TakeoverCatalog.WARM_TIMEOUT, "26"),
                Map.entry(CommandsCatalog.COMMANDS, "+@read +@write -keys"),
                Map.entry(FrontCatalog.PROXY_PROTOCOL, "both"),
                Map.entry(FrontCatalog.TRUSTED_PROXIES, "10.0.0.0/8,::1")));
        ProxyConfig expected = new ProxyConfig(
                new HttpConfig(
                        "127.0.0.1",
                        1,
                        9,
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(18),
                        Duration.ofSeconds(19),
                        new BrowserPolicy(
                                List.of("https://shop.example", "http://localhost:3000"),
                                new AllowedHosts(List.of("cache.example", "*.svc.cluster.local"))),
                        27 * 1024),
                new RespConfig("127.0.0.2", 2, 9, Duration.ofSeconds(17), Duration.ofSeconds(18), 4)
                        .passing(CommandPolicy.parse("+@read +@write -keys", name -> true, Set.of()))
                        .remembering(27),
                redis(
                        new Topology.Standalone(new NodeAddress("redis", 3)),
                        new Credentials("alice", new Password.Fixed("secret")),
                        4,
                        5,
                        250,
                        Duration.ofMillis(600)),
                new CacheConfig(
                        7,
                        64L << 20,
                        4_000,
                        Duration.ofMillis(8_500),
                        13,
                        Duration.ofSeconds(12),
                        Duration.ofSeconds(14),
                        Duration.ofSeconds(15),
                        new TrackingConfig(
                                List.of("user:", "session:"), Duration.ofMillis(500), Duration.ofSeconds(11))),
                new AdminConfig("127.0.0.3", -1, true, true),
                new SlowLoadConfig(-1, 21, 22),
                Duration.ofSeconds(20),
                new LogConfig(Level.WARN, LogFormat.JSON, new AccessLogConfig(null, 23, KeyDisplay.SHOW)),
                UsersConfig.NONE,
                TlsPorts.NONE,
                Duration.ofSeconds(24),
                new TakeoverConfig(
                        true,
                        new WarmConfig(
                                new WarmConfig.Peer(URI.create("http://127.0.0.1:5021"), Path.of("token")),
                                25,
                                Duration.ofSeconds(26))),
                new FrontConfig(ProxyProtocol.BOTH, List.of("10.0.0.0/8", "::1")));
        assertMaps(values, expected);
    }

    private static RedisConfig redis(
            Topology topology, Credentials credentials, int database, int poolSize, int pinned, Duration timeout) {
        return new RedisConfig(
                topology, credentials, null, database, poolSize, new LoadTimeout(timeout), ReadPolicy.PRIMARY, pinned);
    }

    @Test
    void passwordFileIsReadForEachConnection() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "secret\n");
        Password password = password(file);
        assertThat(password.read()).isEqualTo("secret");
        Files.writeString(file, "newer\n");
        assertThat(password.read()).isEqualTo("newer");
        Files.delete(file);
        assertThatThrownBy(password::read)
                .hasMessage("--redis-password-file: '%s' cannot be read (expected: a file)", file);
    }

    private static Password password(Path file) {
        return ProxyConfig.fromArgs("--redis-password-file", file.toString())
                .redis()
                .credentials()
                .password();
    }

    @Test
    void flagsGoBeforeEnvironmentBeforeFile() throws Exception {
        Path file = write(Map.of("TTL", "1", "CACHE_SIZE", "1", "MAX_CONN", "1"));
        Settings settings = CommandLineFlags.parse("--config", file.toString(), "--ttl", "3")
                .settings(Map.of("TTL", "2", "CACHE_SIZE", "2"));
        ProxyConfig config = ProxyConfig.from(settings);
        assertThat(config.cache()).isEqualTo(new CacheConfig(2, Duration.ofSeconds(3)));
        assertThat(config.http().maxRequests()).isOne();
    }

    @Test
    void respListensOnTheAddressOfHttp() {
        assertThat(ProxyConfig.fromArgs("--proxy-host", "10.0.0.1").resp().host())
                .isEqualTo("10.0.0.1");
        assertThat(ProxyConfig.fromArgs("--proxy-host", "10.0.0.1", "--tcp-host", "")
                        .resp()
                        .host())
                .isNull();
        assertThat(ProxyConfig.fromArgs("--proxy-host", "10.0.0.1", "--tcp-host", "10.0.0.2")
                        .resp()
                        .host())
                .isEqualTo("10.0.0.2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--proxy-host | ''      | a host name or an address, without a port: that is PROXY_PORT",
                "--proxy-port | -1      | a whole number from 0 to 65535, or none",
                "--proxy-port | 65536   | a whole number from 0 to 65535, or none",
                "--proxy-port | http    | a whole number from 0 to 65535, or none",
                "--tcp-port   | 70000   | a whole number from 0 to 65535, or none",
                "--redis-host | ' '     | a host name or an address, without a port: that is REDIS_PORT",
                "--redis-port | 0       | a whole number from 1 to 65535",
                "--redis-database | -1  | a whole number from 0 to 1000000",
                "--redis-pool-size | 0  | a whole number from 1 to 1000",
                "--pinned-connections | -1  | a whole number from 0 to 10000",
                "--redis-timeout | 0    | seconds from 0.001 to 3600",
                "--redis-timeout | 3601 | seconds from 0.001 to 3600",
                "--read-from | slave    | one of [primary, replica, prefer-replica, nearest]",
                "--read-from | prefer_replica | one of [primary, replica, prefer-replica, nearest]",
                "--zone | ' '           | a name of 1 to 255 characters, without control characters",
                "--read-disconnected-replicas | yes | true or false",
                "--cache-size | 0       | a whole number from 1 to 100000000",
                "--cache-size | 100000001 | a whole number from 1 to 100000000",
                "--cache-max-bytes | 1kib | bytes from 1024 to 4611686018427387904, with kb, mb or gb if you like",
                "--cache-max-bytes | 1023 | bytes from 1024 to 4611686018427387904, with kb, mb or gb if you like",
                "--cache-max-bytes | 9999999999gb | bytes from 1024 to 4611686018427387904, with kb, mb or gb if you like",
                "--max-value-bytes | -1 | bytes from 0 to 2147482623, with kb, mb or gb if you like",
                "--ttl | 0              | seconds from 0.001 to 315360000",
                "--ttl | 315360000.1    | seconds from 0.001 to 315360000",
                "--coherence | perhaps  | one of [ttl, tracking]",
                "--negative-ttl | -1    | seconds from 0 to 315360000",
                "--negative-cache-size | 0 | a whole number from 1 to 100000000",
                "--stale-if-error | x   | seconds from 0 to 315360000",
                "--stale-while-revalidate | x | seconds from 0 to 315360000",
                "--http-max-age | x     | seconds from 0 to 315360000",
                "--max-connections | 0  | a whole number from 1 to 1000000",
                "--log-level | LOUD     | one of [ERROR, WARN, INFO, DEBUG, TRACE]"
            })
    void refusesWithNameValueAndRange(String flag, String value, String accepted) {
        assertThatThrownBy(() -> ProxyConfig.fromArgs(flag, value))
                .isInstanceOf(ConfigException.class)
                .hasMessage("%s: '%s' is not accepted (expected: %s)", flag, value, accepted);
    }

    @Test
    void takesPrefixesOneByOne() {
        assertThat(tracking("--tracking-prefix", "b:", "--tracking-prefix=a:").prefixes())
                .containsExactly("b:", "a:");
        assertThat(tracking("--tracking-prefix", "b:,a:").prefixes()).containsExactly("b:", "a:");
        assertThat(tracking().prefixes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'user:,session:,user:1', user:1, user:", "'a,a', a, a"})
    void refusesPrefixesThatOverlap(String prefixes, String longer, String shorter) {
        assertThatThrownBy(() -> tracking("--tracking-prefix", prefixes))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "--tracking-prefix: '%s' begins with '%s' (expected: prefixes none of which begins with another)",
                        longer, shorter);
    }

    @Test
    void refusesBlankPrefixes() {
        assertThatThrownBy(() -> tracking("--tracking-prefix", "a,,b"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "--tracking-prefix: 'a,,b' is not accepted (expected: values that are not blank, separated by"
                                + " commas)");
    }

    private static TrackingConfig tracking(String... flags) {
        List<String> all = new ArrayList<>(List.of("--coherence", "tracking"));
        all.addAll(List.of(flags));
        return Objects.requireNonNull(
                ProxyConfig.fromArgs(all.toArray(String[]::new)).cache().tracking());
    }

    @Test
    void refusesUserWithoutPassword() {
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-user", "alice"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "--redis-user: 'alice' has no password (expected: REDIS_PASSWORD or REDIS_PASSWORD_FILE too)");
        Settings settings = CommandLineFlags.parse().settings(Map.of("REDIS_USER", "alice"));
        assertThatThrownBy(() -> ProxyConfig.from(settings)).hasMessageStartingWith("REDIS_USER: 'alice'");
    }

    @Test
    void refusesPasswordGivenTwice() {
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-password", "secret", "--redis-password-file", "file"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--redis-password-file: 'file' is given beside --redis-password ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesUnreadablePasswordFiles() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-password-file", empty.toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--redis-password-file: '%s' is empty", empty);
        assertThatThrownBy(() -> ProxyConfig.fromArgs(
                        "--redis-password-file", directory.resolve("no").toString()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-password-file", "a\0b"))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void passwordFilesLoseOneLineEnd() throws Exception {
        for (String text : List.of(" secret ", " secret \n", " secret \r\n")) {
            Path file = Files.writeString(directory.resolve("password"), text);
            assertThat(password(file).read()).isEqualTo(" secret ");
        }
    }

    @Test
    void printsNoPassword() {
        ProxyConfig config = ProxyConfig.fromArgs("--redis-user", "alice", "--redis-password", "secret");
        assertThat(config.toString()).doesNotContain("secret").doesNotContain("alice");
    }

    @Test
    void showsTrackingOnlyIfItApplies() {
        ProxyConfig config = ProxyConfig.fromArgs("--tracking-heartbeat", "2");
        assertThat(ConfigParameters.of(config))
                .containsEntry("coherence", "ttl")
                .doesNotContainKeys("tracking-prefix", "tracking-heartbeat", "max-staleness-disconnected");
    }

    private void assertMaps(Map<Setting<?>, String> values, ProxyConfig expected) throws IOException {
        List<String> flags = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        Map<String, String> aliases = new HashMap<>();
        values.forEach((setting, value) -> {
            flags.addAll(List.of(setting.flag(), value));
            names.put(setting.names().get(0), value);
            aliases.put(setting.names().get(setting.names().size() - 1), value);
        });
        ProxyConfig config = ProxyConfig.fromArgs(flags.toArray(String[]::new));
        assertSame(config, expected);
        assertShows(values, config);
        for (Map<String, String> source : List.of(names, aliases)) {
            assertSame(ProxyConfig.from(CommandLineFlags.parse().settings(source)), expected);
            CommandLineFlags withFile =
                    CommandLineFlags.parse("--config", write(source).toString());
            assertSame(ProxyConfig.from(withFile.settings(Map.of())), expected);
        }
    }

    /** A password knows by which name it was given, for messages. */
    private static void assertSame(ProxyConfig config, ProxyConfig expected) {
        assertThat(config)
                .usingRecursiveComparison()
                .ignoringFields("redis.credentials.password.setting")
                .isEqualTo(expected);
    }

    /** Asserts that CONFIG GET shows the given value of each setting but the passwords and their files. */
    private static void assertShows(Map<Setting<?>, String> values, ProxyConfig config) {
        Map<String, String> shown = ConfigParameters.of(config);
        assertThat(shown.keySet())
                .containsExactlyInAnyOrderElementsOf(SettingsCatalog.all().stream()
                        .filter(setting -> !isHidden(setting))
                        .map(Setting::parameter)
                        .toList());
        values.forEach((setting, value) -> {
            if (!isHidden(setting)) {
                assertThat(shown).containsEntry(setting.parameter(), plain(value));
            }
        });
    }

    private static boolean isHidden(Setting<?> setting) {
        return setting == RedisCatalog.REDIS_URL
                || setting == RedisCatalog.REDIS_PASSWORD
                || setting == RedisCatalog.REDIS_PASSWORD_FILE
                || setting == RedisCatalog.SENTINEL_PASSWORD
                || setting == RedisCatalog.SENTINEL_PASSWORD_FILE
                || setting == UsersCatalog.REQUIREPASS
                || setting == UsersCatalog.REQUIREPASS_FILE
                || setting == TlsCatalog.TLS_KEY_FILE_PASS
                || setting == TlsCatalog.TLS_KEY_FILE_PASS_FILE
                || setting == TakeoverCatalog.WARM_TOKEN_FILE;
    }

    private static String plain(String value) {
        return value.equals("64mb") ? Integer.toString(64 << 20) : value.equals("Tracking") ? "tracking" : value;
    }

    private Path write(Map<String, String> values) throws IOException {
        List<String> lines = new ArrayList<>();
        values.forEach((key, value) -> lines.add(key + "=" + value));
        return Files.write(directory.resolve("config"), lines);
    }
}
