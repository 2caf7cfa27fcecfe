package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a server tells that it is (Redis documentation, INFO, {@code redis_mode}; HELLO, {@code mode}). */
enum ServerMode {
    /** It holds all keys. */
    STANDALONE,
    /** It is a node of a Cluster. */
    CLUSTER,
    /** It is a Sentinel, which holds no keys. */
    SENTINEL,
    /** It does not tell it, or not this user. */
    UNTOLD;

    private static final int LONGEST_NAME = 100;

    /** Asks a server. HELLO needs no right, but came with Redis 6. */
    static ServerMode of(ControlConnection asked) {
        ServerMode told = of(() -> asked.info("server", "redis_mode"));
        return told == UNTOLD ? of(() -> field(asked.ask(Protocol.Command.HELLO, "2"), "mode")) : told;
    }

    private static ServerMode of(Supplier<@Nullable String> question) {
        try {
            String told = question.get();
            if (told == null) {
                return UNTOLD;
            }
            return told.equals("cluster") ? CLUSTER : told.equals("sentinel") ? SENTINEL : STANDALONE;
        } catch (JedisDataException e) {
            if (Refusals.isForGood(e)) {
                return UNTOLD;
            }
            throw e;
        }
    }

    /** Asks a Sentinel for the names of the masters that it watches, as far as it tells them. */
    static List<String> masterNames(ControlConnection asked) {
        List<String> names = new ArrayList<>();
        try {
            if (asked.ask(Protocol.Command.SENTINEL, "MASTERS") instanceof List<?> masters) {
                for (Object master : masters) {
                    String name = field(master, "name");
                    if (name != null && !name.isBlank() && name.length() <= LONGEST_NAME) {
                        names.add(Failures.printable(name));
                    }
                }
            }
        } catch (JedisDataException e) {
            return List.of();
        }
        return names;
    }

    /** Returns the value behind a name in a list of names and values, or null if there is none. */
    private static @Nullable String field(@Nullable Object reply, String name) {
        if (reply instanceof List<?> fields) {
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                if (ControlConnection.text(fields.get(i)).equals(name)) {
                    return ControlConnection.text(fields.get(i + 1));
                }
            }
        }
        return null;
    }
}
