/**
 * The backing store: Redis, over connections of Jedis. {@link redisproxy.redis.RedisStores} is the way in; one {@link
 * redisproxy.redis.RedisNode} serves one address.
 */
@NullMarked
package redisproxy.redis;

import org.jspecify.annotations.NullMarked;
