package redisproxy.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A cache with room for two entries that holds "a" and "b"; "a" is the older one. Its clock then stands still, so that threads
 * share nothing but the cache.
 */
final class FullCache {
    static final byte[] A = {'a'};
    static final byte[] B = {'b'};
    static final byte[] C = {'c'};

    final ReadThroughCache cache;

    private long now;

    FullCache() {
        cache = Caches.ttl(new OneKeyStore(), () -> now);
        load(A);
        now++;
        load(B);
        now++;
    }

    void load(byte[] key) {
        cache.load(key.clone(), new Reader());
    }

    /** Returns which keys are held. */
    String held() {
        StringBuilder keys = new StringBuilder();
        for (byte[] key : new byte[][] {A, B, C}) {
            keys.append(Caches.look(cache, key).equals("none") ? "" : new String(key, UTF_8));
        }
        return keys.toString();
    }
}
