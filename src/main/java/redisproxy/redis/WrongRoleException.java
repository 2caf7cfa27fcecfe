package redisproxy.redis;

import redis.clients.jedis.exceptions.JedisException;

/** A connection leads to a server that is not what it has to be: a master, or a replica. The message names the server. */
final class WrongRoleException extends JedisException {
    private static final long serialVersionUID = 1;

    WrongRoleException(String message) {
        super(message);
    }
}
