package redisproxy.redis;

import redis.clients.jedis.exceptions.JedisConnectionException;

/** No TLS connection comes about with this server or with these files; the message says why and what to set. */
public final class TlsRefusedException extends JedisConnectionException {
    private static final long serialVersionUID = 1;

    TlsRefusedException(String message) {
        super(message);
    }
}
