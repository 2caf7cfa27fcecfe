/**
 * The read-through cache: an exact-LRU, time-limited table in front of a {@link redisproxy.cache.BackingStore}.
 * Knows neither a protocol nor Redis; depends on the JDK alone.
 */
@NullMarked
package redisproxy.cache;

import org.jspecify.annotations.NullMarked;
