package redisproxy.redis;

import java.util.Locale;

/** Which of the servers that hold the same keys values are read from. */
public enum ReadFrom {
    /** The master alone. */
    PRIMARY,

    /** Replicas alone: without a usable one, the keys cannot be read. */
    REPLICA,

    /** Replicas, and the master as long as none of them is usable. */
    PREFER_REPLICA,

    /** The one that is nearest, be it the master or a replica. */
    NEAREST;

    /** Returns the value as it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
