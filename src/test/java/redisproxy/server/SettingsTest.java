package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

final class SettingsTest {
    private final Map<String, String> given = new HashMap<>();
    private final Settings settings = new Settings().orFromNames(given::get);

    @Test
    void firstSourceWins() {
        Settings both = new Settings()
                .orFromNames(Map.of("TTL", "1")::get)
                .orFromNames(Map.of("TTL", "2", "CACHE_SIZE", "3")::get);
        assertThat(both.given(SettingsCatalog.TTL)).contains(new Settings.Given("TTL", "1"));
        assertThat(both.given(SettingsCatalog.CACHE_SIZE)).contains(new Settings.Given("CACHE_SIZE", "3"));
        assertThat(both.given(SettingsCatalog.MAX_CONN)).isEmpty();
    }

    @Test
    void nameGoesBeforeItsAlias() {
        given.put("CACHE_EXPIRY", "2");
        assertThat(settings.given(SettingsCatalog.TTL)).contains(new Settings.Given("CACHE_EXPIRY", "2"));
        given.put("TTL", "1");
        assertThat(settings.given(SettingsCatalog.TTL)).contains(new Settings.Given("TTL", "1"));
    }

    @Test
    void aliasOfFirstSourceWins() {
        Settings both =
                new Settings().orFromNames(Map.of("CACHE_EXPIRY", "1")::get).orFromNames(Map.of("TTL", "2")::get);
        assertThat(both.given(SettingsCatalog.TTL)).contains(new Settings.Given("CACHE_EXPIRY", "1"));
    }

    @Test
    void integersHaveBounds() {
        given.put("CACHE_SIZE", " 10 ");
        assertThat(settings.value(cacheSize(1, 10))).isEqualTo(10);
        assertThatThrownBy(() -> settings.value(cacheSize(1, 9)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("CACHE_SIZE: ' 10 ' is not accepted (expected: a whole number from 1 to 9)");
        assertThatThrownBy(() -> settings.value(cacheSize(11, 20))).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "1.5", "1e3", "0x10", "+1", "1 2", "99999999999999999999", "-", "١"})
    void refusesOtherTextsAsIntegers(String value) {
        given.put("CACHE_SIZE", value);
        assertThatThrownBy(() -> settings.value(cacheSize(0, 100)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("CACHE_SIZE: '%s' is not accepted (expected: a whole number from 0 to 100)", value);
    }

    @Test
    void secondsMayHaveFractions() {
        Duration least = Duration.ofMillis(1);
        Duration most = Duration.ofSeconds(100);
        given.put("TTL", "0.25");
        assertThat(settings.value(ttl(least, most))).isEqualTo(Duration.ofMillis(250));
        given.put("TTL", "100");
        assertThat(settings.value(ttl(least, most))).isEqualTo(most);
        given.put("TTL", "0.001");
        assertThat(settings.value(ttl(least, most))).isEqualTo(least);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0.0009", "100.001", "-1", "1s", "1,5", ".5", "5.", "NaN", "1e1", "PT1S"})
    void refusesOtherTextsAsSeconds(String value) {
        given.put("TTL", value);
        assertThatThrownBy(() -> settings.value(ttl(Duration.ofMillis(1), Duration.ofSeconds(100))))
                .isInstanceOf(ConfigException.class)
                .hasMessage("TTL: '%s' is not accepted (expected: seconds from 0.001 to 100)", value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\0",
                "\0\u001F",
                "\u2003",
                " \0\u2003 ",
                "redis:6379",
                "[::1]:6379",
                "redis://redis",
                "a b",
                "'a'",
                "a,b",
                "${A}",
                ":1"
            })
    void hostsAreNamesOrAddresses(String value) {
        given.put("REDIS_HOST", value);
        assertThatThrownBy(() -> settings.value(RedisCatalog.REDIS_HOST))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "REDIS_HOST: '%s' is not accepted (expected: a host name or an address, without a port: that is"
                                + " REDIS_PORT)",
                        value);
    }

    @Test
    void textsLoseSurroundingSpaces() {
        given.put("REDIS_HOST", " redis\t");
        assertThat(settings.value(RedisCatalog.REDIS_HOST)).isEqualTo("redis");
    }

    @ParameterizedTest
    @CsvSource({
        "[::1], ::1",
        "::1, ::1",
        "10.0.0.1, 10.0.0.1",
        "fe80::1%eth0, fe80::1%eth0",
        "my_redis-1., my_redis-1.",
        "bücher, bücher"
    })
    void takesHosts(String value, String host) {
        given.put("REDIS_HOST", value);
        assertThat(settings.value(RedisCatalog.REDIS_HOST)).isEqualTo(host);
    }

    @Test
    void emptyVariablesAreNotGiven() {
        SettingsCatalog.all().forEach(setting -> setting.names().forEach(name -> given.put(name, "")));
        assertThat(ProxyConfig.from(settings)).isEqualTo(ProxyConfig.fromArgs());
        given.put("CACHE_EXPIRY", "7");
        assertThat(settings.value(SettingsCatalog.TTL)).isEqualTo(Duration.ofSeconds(7));
        given.put("CACHE_EXPIRY", "");
        settings.orFromNames(Map.of("TTL", "8")::get);
        assertThat(settings.value(SettingsCatalog.TTL)).isEqualTo(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.0.0.5:6379", "udp://10.0.0.5:53", "tcp://[fd00::5]:6379"})
    void passesOverServiceLinks(String link) {
        Settings environment = new Settings()
                .orFromEnvironment(Map.of("REDIS_PORT", link, "PROXY_PORT", link, "TCP_PORT", link))
                .orFromNames(Map.of("TCP_PORT", "7")::get);
        assertThat(environment.optional(RedisCatalog.REDIS_PORT)).isNull();
        assertThat(environment.value(SettingsCatalog.PROXY_PORT)).isEqualTo(5000);
        assertThat(environment.value(SettingsCatalog.TCP_PORT)).isEqualTo(7);
        assertThat(environment.notices())
                .hasSize(3)
                .anySatisfy(notice -> assertThat(notice).contains("REDIS_PORT: '" + link + "'"));
    }

    @Test
    void refusesOtherTextsAsPortsOfTheEnvironment() {
        Settings environment = new Settings().orFromEnvironment(Map.of("REDIS_PORT", "tcp://10.0.0.5"));
        assertThatThrownBy(() -> environment.value(RedisCatalog.REDIS_PORT)).isInstanceOf(ConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void secretsLoseOneLineEnd(String end) {
        given.put("REDIS_PASSWORD", " a\n" + end);
        given.put("REDIS_USER", end);
        assertThat(settings.optional(RedisCatalog.REDIS_PASSWORD)).isEqualTo(end.isEmpty() ? " a" : " a\n");
        assertThat(settings.optional(RedisCatalog.REDIS_USER)).isNull();
    }

    @Test
    void notesPrefixesWithoutTracking() {
        given.put("TRACKING_PREFIX", "a:");
        ProxyConfig.from(settings);
        assertThat(settings.notices())
                .containsExactly("TRACKING_PREFIX: applies with COHERENCE=tracking alone, so all keys are cached");
    }

    @Test
    void emptyOptionalTextIsNull() {
        assertThat(settings.optional(RedisCatalog.REDIS_USER)).isNull();
        given.put("REDIS_USER", "");
        assertThat(settings.optional(RedisCatalog.REDIS_USER)).isNull();
        given.put("REDIS_USER", "alice");
        assertThat(settings.optional(RedisCatalog.REDIS_USER)).isEqualTo("alice");
    }

    @Test
    void choicesIgnoreCase() {
        given.put("LOG_LEVEL", "debug");
        assertThat(settings.value(SettingsCatalog.LOG_LEVEL)).isEqualTo(Level.DEBUG);
        given.put("LOG_LEVEL", "loud");
        assertThatThrownBy(() -> settings.value(SettingsCatalog.LOG_LEVEL))
                .isInstanceOf(ConfigException.class)
                .hasMessage("LOG_LEVEL: 'loud' is not accepted (expected: one of [ERROR, WARN, INFO, DEBUG, TRACE])");
    }

    @Test
    void messagesStayOnOneLine() {
        given.put("TTL", "1\r\n2");
        assertThatThrownBy(() -> settings.value(ttl(Duration.ZERO, Duration.ofDays(1))))
                .message()
                .hasLineCount(1);
    }

    @Test
    void messagesShowNoSecret() {
        given.put("PIN", "12345");
        Setting<Integer> pin = Setting.named("PIN", new ValueType.WholeNumber("NUMBER", 0, 9999))
                .secret()
                .build();
        assertThatThrownBy(() -> settings.value(pin))
                .isInstanceOf(ConfigException.class)
                .hasMessage("PIN: the value is not accepted (expected: a whole number from 0 to 9999)");
        assertThat(SettingsCatalog.all())
                .filteredOn(Setting::isSecret)
                .containsExactly(
                        RedisCatalog.REDIS_URL,
                        RedisCatalog.REDIS_PASSWORD,
                        RedisCatalog.SENTINEL_PASSWORD,
                        UsersCatalog.REQUIREPASS,
                        TlsCatalog.TLS_KEY_FILE_PASS);
    }

    private static Setting<Integer> cacheSize(int least, int most) {
        return Setting.named("CACHE_SIZE", new ValueType.WholeNumber("NUMBER", least, most))
                .build();
    }

    private static Setting<Duration> ttl(Duration least, Duration most) {
        return Setting.named("TTL", new ValueType.Time(least, most)).build();
    }
}
