package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import redisproxy.cache.Invalidations;

/** Keeps the keys that a reader reports as written. A reader says nothing about the state of tracking. */
class ReportedKeys implements Invalidations {
    static final String ALL = "(all)";

    /** One character for each byte. */
    final List<String> keys = new ArrayList<>();

    @Override
    public void invalidate(byte[] key) {
        keys.add(new String(key, ISO_8859_1));
    }

    @Override
    public void invalidateAll() {
        keys.add(ALL);
    }
}
