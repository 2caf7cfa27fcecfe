package redisproxy.redis;

import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisDataException;

/** Tells a server that does not offer tracking from one that does not at the moment. */
final class Refusals {
    /** What passes, or has to be set right by somebody, and concerns reading as much as tracking. */
    private static final String[] TEMPORARY = {
        "LOADING", "BUSY", "MASTERDOWN", "NOAUTH", "WRONGPASS", "ERR max number of clients", "ERR invalid password"
    };

    private Refusals() {}

    static boolean isForGood(JedisDataException reply) {
        String message = String.valueOf(reply.getMessage());
        return Stream.of(TEMPORARY).noneMatch(message::startsWith);
    }
}
