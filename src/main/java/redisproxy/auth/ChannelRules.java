package redisproxy.auth;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The channels that a user may publish to and subscribe to, by patterns (redis.io, "ACL rules"). Immutable and thread-safe. */
final class ChannelRules {
    static final ChannelRules ALL = new ChannelRules(List.of("&*"));
    static final ChannelRules NONE = new ChannelRules(List.of());

    /** As Redis writes them, in ISO 8859-1. */
    private final Set<String> rules;

    private final List<KeyRule> patterns;
    private final boolean hasAll;

    /** Makes those of these rules, each with its sign. */
    ChannelRules(List<String> rules) {
        this.rules = Set.copyOf(new LinkedHashSet<>(rules));
        this.hasAll = this.rules.contains("&*");
        this.patterns = rules.stream()
                .map(rule -> new KeyRule(rule.substring(1), /* reads= */ true, /* writes= */ true))
                .toList();
    }

    boolean hasAll() {
        return hasAll;
    }

    /** Returns whether a channel is allowed. */
    boolean allow(byte[] channel) {
        return hasAll || patterns.stream().anyMatch(each -> each.allows(KeyAccess.READ, channel, 0, channel.length));
    }

    /** Returns whether channels may be asked for by a pattern: as in Redis, only by one that is a rule itself. */
    boolean allowPattern(String pattern) {
        return hasAll || rules.contains("&" + pattern);
    }

    /** Returns whether all is allowed that others allow, as far as the patterns tell. */
    boolean allowAllOf(ChannelRules others) {
        return hasAll || rules.containsAll(others.rules);
    }
}
