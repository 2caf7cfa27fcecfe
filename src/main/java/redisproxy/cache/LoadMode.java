package redisproxy.cache;

/** What whoever has a key loaded makes of the cache. */
public enum LoadMode {
    /** Joins a load that is under way, and lets its result be cached. */
    SHARED(false, true),
    /** Joins a load that is under way; one that it starts is not cached, unless somebody joins who lets it. */
    UNSTORED(false, false),
    /** Takes no answer that was asked for before, and lets the new one be cached. */
    ANEW(true, true),
    /** Takes no answer that was asked for before, and does not have the new one cached. */
    ANEW_UNSTORED(true, false);

    private final boolean isAnew;
    private final boolean stores;

    LoadMode(boolean isAnew, boolean stores) {
        this.isAnew = isAnew;
        this.stores = stores;
    }

    /** Returns whether an answer that was asked for before will not do. */
    public boolean isAnew() {
        return isAnew;
    }

    boolean stores() {
        return stores;
    }
}
