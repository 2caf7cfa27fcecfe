package redisproxy.redis;

import java.util.stream.Stream;
import redis.clients.jedis.exceptions.JedisDataException;

/** Distinguishes a server that does not offer tracking from one that does not offer it at the moment. */
final class Refusals {
    /** Errors that pass, or that an operator has to remove because they concern reading as much as tracking. */
    private static final String[] TEMPORARY = {
        "LOADING",
        "BUSY",
        "MASTERDOWN",
        "CLUSTERDOWN",
        "TRYAGAIN",
        "NOAUTH",
        "WRONGPASS",
        "ERR max number of clients",
        "ERR invalid password"
    };

    private Refusals() {}

    static boolean isForGood(JedisDataException reply) {
        String message = String.valueOf(reply.getMessage());
        return Stream.of(TEMPORARY).noneMatch(message::startsWith);
    }
}
