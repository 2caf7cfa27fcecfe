package redisproxy.clients;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.protocol.ProtocolVersion;
import org.redisson.client.RedisException;
import org.redisson.config.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.testkit.Address;

/** The Redis libraries of Java programs, with their defaults and with the other version of the protocol. */
enum Library {
    POOLED_JEDIS(3, "jedis", JedisDataException.class),
    POOLED_JEDIS_RESP2(2, "jedis", JedisDataException.class),
    SINGLE_JEDIS(2, "", JedisDataException.class),
    SINGLE_JEDIS_RESP3(3, "jedis", JedisDataException.class),
    LETTUCE(3, "lettuce", RedisCommandExecutionException.class),
    LETTUCE_RESP2(2, "lettuce", RedisCommandExecutionException.class),
    REDISSON(2, "", RedisException.class),
    REDISSON_RESP3(3, "", RedisException.class);

    /** The version of the protocol that it agrees on. */
    final int protocol;

    /** The library name that it sends by CLIENT SETINFO; empty if it sends none. */
    final String libraryName;

    /** The exception that it throws for an error reply. */
    final Class<? extends Exception> refusal;

    Library(int protocol, String libraryName, Class<? extends Exception> refusal) {
        this.protocol = protocol;
        this.libraryName = libraryName;
        this.refusal = refusal;
    }

    Client connect(Address address) {
        return switch (this) {
            case POOLED_JEDIS -> PooledJedis.byDefault(address);
            case POOLED_JEDIS_RESP2 -> PooledJedis.speaking(RedisProtocol.RESP2, address);
            case SINGLE_JEDIS -> SingleJedis.byDefault(address);
            case SINGLE_JEDIS_RESP3 -> SingleJedis.speaking(RedisProtocol.RESP3, address);
            case LETTUCE -> Lettuce.byDefault(address);
            case LETTUCE_RESP2 -> Lettuce.speaking(ProtocolVersion.RESP2, address);
            case REDISSON -> RedissonReader.byDefault(address);
            case REDISSON_RESP3 -> RedissonReader.speaking(Protocol.RESP3, address);
        };
    }
}
