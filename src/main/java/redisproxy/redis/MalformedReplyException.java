package redisproxy.redis;

import redis.clients.jedis.exceptions.JedisConnectionException;

/** What Redis has sent is not RESP, or not a reply to what it was asked: the connection cannot be used any more. */
final class MalformedReplyException extends JedisConnectionException {
    private static final long serialVersionUID = 1;

    /** Makes an exception whose message is {@code what} Redis has sent. */
    MalformedReplyException(String what) {
        super(what);
    }
}
