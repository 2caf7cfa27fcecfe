package redisproxy.redis;

import redis.clients.jedis.exceptions.JedisException;

/** A file has no password in it now; the message names the setting, the file and why. */
public final class PasswordUnreadableException extends JedisException {
    private static final long serialVersionUID = 1;

    PasswordUnreadableException(String message) {
        super(message);
    }
}
