/** The backing store: Redis, asked by Jedis over a pool of connections. */
@NullMarked
package redisproxy.redis;

import org.jspecify.annotations.NullMarked;
