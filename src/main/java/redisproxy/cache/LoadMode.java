package redisproxy.cache;

/** How a request that has a key loaded uses the cache. */
public enum LoadMode {
    /** Joins a load in flight, and allows its result to be cached. */
    SHARED(false, true),
    /** Joins a load in flight. The result of a load that it starts is cached only if another request joins that allows it. */
    UNSTORED(false, false),
    /** Takes no answer from before the request, and allows the new one to be cached. */
    ANEW(true, true),
    /** Takes no answer from before the request, and does not have the new one cached. */
    ANEW_UNSTORED(true, false);

    private final boolean isAnew;
    private final boolean stores;

    LoadMode(boolean isAnew, boolean stores) {
        this.isAnew = isAnew;
        this.stores = stores;
    }

    /** Returns whether an answer from before the request is refused. */
    public boolean isAnew() {
        return isAnew;
    }

    boolean stores() {
        return stores;
    }
}
