package redisproxy.redis;

import redis.clients.jedis.exceptions.JedisException;

/** A connection leads to a server that is no master. The message names the server. */
final class NotMasterException extends JedisException {
    private static final long serialVersionUID = 1;

    NotMasterException(String message) {
        super(message);
    }
}
