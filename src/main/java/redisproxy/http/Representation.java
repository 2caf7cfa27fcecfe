package redisproxy.http;

import redisproxy.cache.Entry;

/**
 * The metadata that HTTP has for a value (RFC 9110, section 3.2): its entity tag, and whether it is text. Both are derived from
 * the value when an HTTP client first asks for it, and then kept with the entry. Thread-safe.
 */
public final class Representation {
    /** A longer value takes so long to read that other clients of the same thread would notice. */
    private static final int COSTLY_BYTES = 64 * 1024;

    private Representation() {}

    /** Returns whether {@link #tag} would read a value so long that a selector's thread should leave it to another thread. */
    public static boolean isCostly(Entry entry) {
        return entry.valueLength() > COSTLY_BYTES && !entry.isAbsent() && entry.derived() == 0;
    }

    /** Reads the value of an entry, after which nothing about it takes long. */
    public static void read(Entry entry) {
        if (!entry.isAbsent() && entry.derived() == 0) {
            derive(entry);
        }
    }

    /** Returns 64 bits that identify the value, the same in every process; never 0. */
    static long tag(Entry entry) {
        long known = entry.derived();
        return known == 0 ? derive(entry) : known;
    }

    private static long derive(Entry entry) {
        long tag = EntityTag.of(entry.array(), entry.valueOffset(), entry.valueLength());
        entry.derive(tag, Utf8.isValid(entry.array(), entry.valueOffset(), entry.valueLength()));
        return tag;
    }

    /** Returns whether the value is well-formed UTF-8. Call it after {@link #tag}. */
    static boolean isText(Entry entry) {
        return entry.isMarked();
    }
}
