package redisproxy.cache;

/**
 * A time during which writes are reported in the same way, without a gap. What was read in one term is never cached in another: a
 * flight belongs to the term that it began in. Terms are compared by identity. Immutable.
 */
final class Term {
    /** What holds during the term. */
    final Coherence coherence;

    Term(Coherence coherence) {
        this.coherence = coherence;
    }

    boolean isTracked() {
        return coherence == Coherence.TRACKING;
    }
}
