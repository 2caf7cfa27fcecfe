package redisproxy.cache;

/** Reads the key once, as both fronts do, and keeps the answer. */
final class Reader implements LoadListener {
    /** May be read once all actors have ended. */
    String got = "nothing";

    Provenance provenance;

    void read(ReadThroughCache cache) {
        Entry entry = cache.getIfPresent(Caches.KEY, 0, Caches.KEY.length);
        if (entry != null) {
            told(entry);
        } else {
            cache.load(Caches.KEY.clone(), this);
        }
    }

    void load(ReadThroughCache cache, LoadMode mode) {
        cache.load(Caches.KEY.clone(), this, mode);
    }

    @Override
    public void loaded(Entry entry, Provenance how) {
        provenance = how;
        told(entry);
    }

    @Override
    public void failed(BackingStoreException cause) {
        got = "failure";
    }

    private void told(Entry entry) {
        got = got.equals("nothing") ? Caches.text(entry, Caches.KEY) : "twice";
    }
}
