package redisproxy.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;

/**
 * What a server has to be that a connection leads to. Whoever names it a master or a replica may be early, or late: a master that
 * has been replaced answers requests until it learns of that.
 */
enum ServerRole {
    /** It is not asked. */
    ANY,
    /** A master. */
    MASTER,
    /** A replica that has copied a master, and whose link to it is up. */
    LINKED_REPLICA,
    /** A replica that has copied a master, whatever its link. */
    REPLICA;

    boolean isReplica() {
        return this == LINKED_REPLICA || this == REPLICA;
    }

    /**
     * Asks a server whether it is that, unless it may be anything. Blocks for the reply.
     *
     * @throws WrongRoleException if it is not
     * @throws JedisAccessControlException if the user may not ask
     */
    void verify(Connection connection, NodeConfig config) {
        switch (this) {
            case ANY -> {}
            case MASTER -> verifyMaster(connection, config);
            case LINKED_REPLICA, REPLICA -> verifyReplica(connection, config);
        }
    }

    private static void verifyMaster(Connection connection, NodeConfig config) {
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
            throw new WrongRoleException("Redis at %s is no master at present: its role is '%s'"
                    .formatted(config.address(), Failures.printable(role(reply))));
        }
    }

    private void verifyReplica(Connection connection, NodeConfig config) {
        Replication told;
        try {
            connection.sendCommand(Protocol.Command.INFO, HealthRequest.SECTION);
            told = Replication.of(connection.getBulkReply());
        } catch (JedisAccessControlException e) {
            throw new JedisAccessControlException(
                    "%s: permit it by '+info', since only it tells whether this replica follows its master"
                            .formatted(Failures.oneLine(e)));
        }
        if (told.isMaster()) {
            throw new WrongRoleException(
                    "Redis at %s is no replica at present, but a master".formatted(config.address()));
        }
        if (!told.hasCopied()) {
            throw new WrongRoleException(
                    "Redis at %s is a replica that has not copied its master yet".formatted(config.address()));
        }
        if (this == LINKED_REPLICA && !told.isLinked()) {
            throw new WrongRoleException(
                    "Redis at %s is a replica whose link to its master is down".formatted(config.address()));
        }
    }

    /** Returns whether a reply to {@code ROLE} is that of a master. */
    static boolean isMaster(@Nullable Object reply) {
        return role(reply).equals("master");
    }

    private static String role(@Nullable Object reply) {
        return reply instanceof List<?> parts && !parts.isEmpty() ? ControlConnection.text(parts.get(0)) : "";
    }
}
