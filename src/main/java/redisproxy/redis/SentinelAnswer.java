package redisproxy.redis;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.redis.RespReader.ErrorReply;

/**
 * What a Sentinel has answered about a master ("Sentinel API" of the Redis documentation). Immutable.
 *
 * @param opinion the master, or null if the Sentinel knows none by that name
 * @param others the other Sentinels that watch it
 * @param replicas its replicas, whatever their state; null if they were not asked for or are not told
 */
record SentinelAnswer(
        Opinions.@Nullable Opinion opinion,
        List<Other> others,
        @Nullable List<NodeAddress> replicas) {
    /**
     * Another Sentinel.
     *
     * @param id by which it is known, whatever its address
     */
    record Other(NodeAddress address, String id) {}

    /**
     * Reads the replies to {@code SENTINEL GET-MASTER-ADDR-BY-NAME}, {@code MASTER}, {@code SENTINELS} and, if it was asked, {@code
     * REPLICAS}. The first has to be an answer; what the user may not ask beyond that is left out.
     *
     * @throws JedisDataException if the first is an error
     * @throws MalformedReplyException if it is neither an address nor null
     */
    static SentinelAnswer of(List<@Nullable Object> replies) {
        Object address = replies.get(0);
        if (address instanceof ErrorReply error) {
            throw new JedisDataException(error.text());
        }
        if (address == null) {
            return new SentinelAnswer(null, List.of(), null);
        }
        NodeAddress master = address instanceof List<?> parts && parts.size() == 2
                ? address(ControlConnection.text(parts.get(0)), ControlConnection.text(parts.get(1)))
                : null;
        if (master == null) {
            throw new MalformedReplyException("no address of a master");
        }
        long epoch = number(fields(replies.get(1)).getOrDefault("config-epoch", "0"));
        List<Other> others = new ArrayList<>();
        if (replies.get(2) instanceof List<?> each) {
            for (Object other : each) {
                Map<String, String> fields = fields(other);
                NodeAddress at = address(fields.getOrDefault("ip", ""), fields.getOrDefault("port", ""));
                if (at != null) {
                    others.add(new Other(at, fields.getOrDefault("runid", "")));
                }
            }
        }
        return new SentinelAnswer(
                new Opinions.Opinion(master, Math.max(0, epoch)),
                List.copyOf(others),
                replies.size() > 3 ? addresses(replies.get(3)) : null);
    }

    private static @Nullable List<NodeAddress> addresses(@Nullable Object reply) {
        if (!(reply instanceof List<?> each)) {
            return null;
        }
        List<NodeAddress> addresses = new ArrayList<>();
        for (Object server : each) {
            Map<String, String> fields = fields(server);
            NodeAddress at = address(fields.getOrDefault("ip", ""), fields.getOrDefault("port", ""));
            if (at != null) {
                addresses.add(at);
            }
        }
        return List.copyOf(addresses);
    }

    /** Returns the address that these texts name, or null if they name none. */
    static @Nullable NodeAddress address(String host, String port) {
        long number = number(port);
        return host.isBlank() || number < 1 || number > NodeAddress.MAX_PORT
                ? null
                : new NodeAddress(host, (int) number);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Returns names and values that follow each other; none if the reply is an error. */
    private static Map<String, String> fields(@Nullable Object reply) {
        Map<String, String> fields = new HashMap<>();
        if (reply instanceof List<?> parts) {
            for (int i = 0; i + 1 < parts.size(); i += 2) {
                fields.put(ControlConnection.text(parts.get(i)), ControlConnection.text(parts.get(i + 1)));
            }
        }
        return fields;
    }
}
