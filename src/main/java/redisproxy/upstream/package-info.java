/**
 * What passes a request on that the cache does not answer: questions about a key, and commands that Redis executes.
 * Depends on the JDK alone.
 */
@NullMarked
package redisproxy.upstream;

import org.jspecify.annotations.NullMarked;
