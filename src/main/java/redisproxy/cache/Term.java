package redisproxy.cache;

/**
 * A time during which the cache is told of writes in the same way, without a gap. What was read in one term is never
 * cached in another: a flight is of the term that it began in, and each term is its own, whatever it says. Immutable.
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
