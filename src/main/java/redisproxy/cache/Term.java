package redisproxy.cache;

import java.util.List;

/**
 * A time during which one {@link Origin} reports writes in the same way, without a gap. What was read in one term is never
 * cached in another: a load belongs to the term that it is sent in. Terms are compared by identity. Thread-safe; no method
 * blocks.
 */
public final class Term {
    /** Whose term it is. */
    final Origin origin;

    /** What holds during the term. */
    final Coherence coherence;

    /** The number by which entries name the term; {@link Terms#NONE} if nothing that is read in it is kept. */
    final int id;

    /** Writes are reported to keys that begin with one of these; none stands for all keys. */
    final List<byte[]> prefixes;

    private volatile boolean isOver;

    Term(Origin origin, Coherence coherence, List<byte[]> prefixes, int id) {
        this.prefixes = prefixes;
        this.origin = origin;
        this.coherence = coherence;
        this.id = id;
    }

    boolean isTracked() {
        return coherence == Coherence.TRACKING;
    }

    /** Nothing that is read in this term is kept from now on. */
    void end() {
        isOver = true;
    }

    boolean isOver() {
        return isOver;
    }
}
