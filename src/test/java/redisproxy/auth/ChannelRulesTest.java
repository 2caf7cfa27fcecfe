package redisproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChannelRulesTest {
    private static byte[] channel(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void allowsWhatAPatternMatches() {
        ChannelRules rules = new ChannelRules(List.of("&news:*", "&exact"));
        assertThat(rules.allow(channel("news:a"))).isTrue();
        assertThat(rules.allow(channel("exact"))).isTrue();
        assertThat(rules.allow(channel("exactly"))).isFalse();
        assertThat(rules.allow(channel("other"))).isFalse();
        assertThat(rules.hasAll()).isFalse();
    }

    @Test
    void allowsPatternsThatAreRules() {
        ChannelRules rules = new ChannelRules(List.of("&news:*"));
        assertThat(rules.allowPattern("news:*")).isTrue();
        assertThat(rules.allowPattern("news:a*")).isFalse();
        assertThat(ChannelRules.ALL.allowPattern("*")).isTrue();
        assertThat(ChannelRules.NONE.allowPattern("*")).isFalse();
    }

    @Test
    void comparesWithOthers() {
        ChannelRules few = new ChannelRules(List.of("&a"));
        ChannelRules more = new ChannelRules(List.of("&a", "&b"));
        assertThat(more.allowAllOf(few)).isTrue();
        assertThat(few.allowAllOf(more)).isFalse();
        assertThat(ChannelRules.ALL.allowAllOf(more)).isTrue();
        assertThat(more.allowAllOf(ChannelRules.ALL)).isFalse();
        assertThat(ChannelRules.NONE.allowAllOf(ChannelRules.NONE)).isTrue();
    }
}
