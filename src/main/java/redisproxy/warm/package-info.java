/** Takes the hottest keys of a cache over from another process, and keeps them for the next one. */
@NullMarked
package redisproxy.warm;

import org.jspecify.annotations.NullMarked;
