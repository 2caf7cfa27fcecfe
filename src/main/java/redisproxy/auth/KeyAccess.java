package redisproxy.auth;

/** What a command does to a key, as far as rules tell it apart. */
public enum KeyAccess {
    /** Tells that there is a key, its type or its length, and nothing of its value. Any rule that names the key allows it. */
    METADATA,
    /** Returns something of the value. */
    READ,
    /** Changes the value. */
    WRITE
}
