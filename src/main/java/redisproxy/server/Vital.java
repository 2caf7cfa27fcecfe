package redisproxy.server;

import org.jspecify.annotations.Nullable;

/** Something without which the proxy serves no client any more, for a {@link Watchdog}. One thread asks; it is never blocked. */
interface Vital {
    /** Returns what does not work at present, as a noun for a log line, or null if all is well. */
    @Nullable
    String lost();
}
