package redisproxy.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Which server process a connection leads to: a name may be resolved to another server at any moment, and the invalidations of
 * one server say nothing about the values of another.
 */
final class ServerIdentity {
    private static final Pattern RUN_ID = Pattern.compile("run_id:(\\w+)");

    private static final String UNKNOWN = "";

    private ServerIdentity() {}

    /** Asks the server, by {@code INFO}; returns its {@code run_id}, or an empty string if it does not give one. */
    static String of(Connection connection) {
        try {
            connection.sendCommand(Protocol.Command.INFO, "server");
            String info = connection.getBulkReply();
            Matcher runId = RUN_ID.matcher(info == null ? "" : info);
            return runId.find() ? runId.group(1) : UNKNOWN;
        } catch (JedisDataException e) {
            if (Refusals.isForGood(e)) {
                return UNKNOWN;
            }
            throw e;
        }
    }
}
