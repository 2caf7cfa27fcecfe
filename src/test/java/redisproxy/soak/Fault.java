package redisproxy.soak;

/** Faults of Redis, and of the network on the way to it. */
enum Fault {
    /** Redis is killed, and starts again without data. */
    CRASH,
    /** The process of Redis is stopped; its connections stay open. */
    SUSPENSION,
    /** {@code CLIENT PAUSE}: Redis reads requests and does not answer. */
    PAUSE,
    /** {@code CLIENT KILL TYPE normal}: Redis ends all connections. */
    KILL,
    /** {@code maxclients 1}: Redis closes all connections and accepts no new ones. */
    FULL_HOUSE,
    /** {@code requirepass}: Redis closes all connections and wants a password on new ones. */
    PASSWORD,
    /** The network closes all connections. */
    DROP,
    /** The address refuses connections. */
    REFUSAL,
    /** The network is slow. */
    SLOWNESS,
    /** Connections break within replies. */
    CUTS,
    /** Redis accepts connections, but each ends when a value is requested. */
    REJECTION,
    /** Connections stay open, but nothing arrives any more. */
    SILENCE,
    /** Bytes arrive that are no replies. */
    GARBAGE
}
