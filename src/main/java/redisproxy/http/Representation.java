package redisproxy.http;

import redisproxy.cache.Entry;

/**
 * What HTTP says of a value beside its bytes (RFC 9110, section 3.2): its entity tag, and whether it is text. Both are derived
 * from the value when an HTTP client first asks for it, and then kept with the entry. Thread-safe.
 */
public final class Representation {
    /** Longer values take so long to read that other clients of the same thread would notice. */
    private static final int COSTLY_BYTES = 64 * 1024;

    private Representation() {}

    /** Returns whether {@link #tag} still has to read a value so long that no selector's thread should do it. */
    public static boolean isCostly(Entry entry) {
        return entry.valueLength() > COSTLY_BYTES && !entry.isAbsent() && entry.derived() == 0;
    }

    /** Returns 64 bits that tell this value from others, the same in every process; never 0. */
    static long tag(Entry entry) {
        long known = entry.derived();
        if (known == 0) {
            known = EntityTag.of(entry.array(), entry.valueOffset(), entry.valueLength());
            entry.derive(known, Utf8.isValid(entry.array(), entry.valueOffset(), entry.valueLength()));
        }
        return known;
    }

    /** Returns whether the value is well-formed UTF-8. To be asked after {@link #tag}. */
    static boolean isText(Entry entry) {
        return entry.isMarked();
    }
}
