/**
 * The caches that clients keep themselves, beside the proxy's: which keys they hold, and who is told when a key is written. Knows no
 * protocol.
 */
@NullMarked
package redisproxy.near;

import org.jspecify.annotations.NullMarked;
