package redisproxy.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;

/**
 * What a server says that it is, by {@code ROLE}. Whoever names it a master may be early, or late: a master that has been
 * replaced answers requests until it learns of that.
 */
final class ServerRole {
    private static final String MASTER = "master";

    private ServerRole() {}

    /**
     * Asks a server for its role, if it has to be a master. Blocks for the reply.
     *
     * @throws NotMasterException if it is not
     * @throws JedisAccessControlException if the user may not ask
     */
    static void verify(Connection connection, NodeConfig config) {
        if (!config.mustBeMaster()) {
            return;
        }
        List<Object> reply;
        try {
            connection.sendCommand(Protocol.Command.ROLE);
            reply = connection.getObjectMultiBulkReply();
        } catch (JedisAccessControlException e) {
            throw new JedisAccessControlException(
                    "%s: permit it by '+role', since only it tells whether this is the master"
                            .formatted(Failures.oneLine(e)));
        }
        if (!isMaster(reply)) {
            throw new NotMasterException("Redis at %s is no master at present: its role is '%s'"
                    .formatted(config.address(), role(reply).replaceAll("[^\\x20-\\x7E]+", " ")));
        }
    }

    /** Returns whether a reply to {@code ROLE} is that of a master. */
    static boolean isMaster(@Nullable Object reply) {
        return role(reply).equals(MASTER);
    }

    private static String role(@Nullable Object reply) {
        return reply instanceof List<?> parts && !parts.isEmpty() ? ControlConnection.text(parts.get(0)) : "";
    }
}
