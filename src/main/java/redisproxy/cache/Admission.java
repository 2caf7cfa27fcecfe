package redisproxy.cache;

/** Decides whether a table takes an entry in. */
interface Admission {
    /** Returns whether the entry may be stored. Called under the table's lock; does not block. */
    boolean mayBeStored();
}
