package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;

/**
 * As whom a connection is authenticated. Immutable; its text shows neither name nor password.
 *
 * @param user the ACL user, or null for the default user
 * @param password where the password is, or null for a server that asks for none
 */
public record Credentials(@Nullable String user, @Nullable Password password) {
    public static final Credentials NONE = new Credentials(null, null);

    public Credentials {
        if (user != null && password == null) {
            throw new IllegalArgumentException("user: %s has no password".formatted(user));
        }
    }

    /**
     * Returns what a connection that is made now has to send. Blocks to read a file.
     *
     * @throws PasswordUnreadableException if there is no password in the file now
     */
    RedisCredentials forNewConnection() {
        return new DefaultRedisCredentials(user, password == null ? null : password.read());
    }

    @Override
    public String toString() {
        return "Credentials";
    }
}
