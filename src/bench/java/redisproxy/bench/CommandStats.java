package redisproxy.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.Reply;

/** Figures from the {@code INFO} of Redis or of the proxy, summed over all servers. */
final class CommandStats {
    private static final Pattern GETS = Pattern.compile("cmdstat_get:calls=(\\d+)");
    private static final Pattern SETS = Pattern.compile("cmdstat_set:calls=(\\d+)");
    private static final Pattern MISSES = Pattern.compile("keyspace_misses:(\\d+)");
    private static final Pattern MEMORY = Pattern.compile("used_memory:(\\d+)");

    private static final Pattern HITS = Pattern.compile("cache_hits:(\\d+)");

    private final List<Address> servers;

    CommandStats(Address... servers) {
        this.servers = List.of(servers);
    }

    long gets() {
        return number("commandstats", GETS);
    }

    long sets() {
        return number("commandstats", SETS);
    }

    /** Reads of absent keys. */
    long misses() {
        return number("stats", MISSES);
    }

    /** Bytes that Redis has allocated. */
    long usedMemory() {
        return number("memory", MEMORY);
    }

    /** Hits of the proxy. */
    long hits() {
        return number("cache", HITS);
    }

    private long number(String section, Pattern pattern) {
        return servers.stream()
                .mapToLong(server -> number(server, section, pattern))
                .sum();
    }

    private static long number(Address server, String section, Pattern pattern) {
        try (RedisControl control = new RedisControl(server)) {
            String info = ((Reply.Bulk) control.call("INFO", section)).bytes().asUtf8();
            Matcher matcher = pattern.matcher(info);
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        }
    }
}
