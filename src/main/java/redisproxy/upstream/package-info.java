/**
 * What passes a request on that the cache does not answer: questions about a key that are asked of Redis each time.
 * Depends on the JDK alone.
 */
@NullMarked
package redisproxy.upstream;

import org.jspecify.annotations.NullMarked;
