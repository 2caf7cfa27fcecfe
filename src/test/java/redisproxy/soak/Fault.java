package redisproxy.soak;

/** What may happen to Redis, or on the way to it. */
enum Fault {
    /** Redis is killed, and comes back empty. */
    CRASH,
    /** Redis stands still, its connections open. */
    SUSPENSION,
    /** {@code CLIENT PAUSE}: Redis takes requests and does not answer. */
    PAUSE,
    /** {@code CLIENT KILL TYPE normal}: Redis ends all connections. */
    KILL,
    /** {@code maxclients 1}, and all are sent away. */
    FULL_HOUSE,
    /** {@code requirepass}, and all are sent away. */
    PASSWORD,
    /** All connections end on the way. */
    DROP,
    /** Nobody answers at the address. */
    REFUSAL,
    /** The way is slow. */
    SLOWNESS,
    /** Connections break within replies. */
    CUTS,
    /** Redis is there, but each connection ends when a value is asked for. */
    REJECTION,
    /** Connections stay open, and nothing arrives any more. */
    SILENCE,
    /** Something else than replies arrives. */
    GARBAGE
}
