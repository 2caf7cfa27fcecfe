package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedHostsTest {
    private final AllowedHosts hosts = AllowedHosts.of(List.of("Cache.example.com", "*.svc.cluster.local"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache.example.com",
                "CACHE.example.com:5000",
                "cache.example.com.",
                "cache.example.com.:80",
                "a.svc.cluster.local",
                "a.b.svc.cluster.local:1",
                "localhost",
                "localhost:5000",
                "app.localhost",
                "127.0.0.1:5000",
                "10.1.2.3",
                "[::1]:5000",
                "[fe80::1]",
                "::1"
            })
    void acceptsListedNamesAndAddresses(String authority) {
        assertThat(hosts.accepts(authority)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "xcache.example.com",
                "a.cache.example.com",
                "cache.example.com.evil.example",
                "svc.cluster.local",
                ".svc.cluster.local",
                "xsvc.cluster.local",
                "localhost.evil.example",
                "xlocalhost",
                "127.0.0.1.evil.example",
                "1.2.3.4.5",
                "evil.example:127",
                "",
                ":80",
                "*.svc.cluster.local.evil.example"
            })
    void refusesAllOthers(String authority) {
        assertThat(hosts.accepts(authority)).isFalse();
    }

    @Test
    void takesOneMore() {
        assertThat(hosts.and("Admin").accepts("admin:5020")).isTrue();
        assertThat(hosts.and("0.0.0.0").accepts("admin")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*.", "a b", "a:80", "http://a", "*a", "a.*", "[::1]", "-a", "a/"})
    void refusesWhatIsNoName(String name) {
        assertThatThrownBy(() -> AllowedHosts.of(List.of("a", name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'%s' is no host name (expected: ", name);
    }
}
