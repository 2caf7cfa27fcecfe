package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The terms that entries may belong to, and until when the entries of each are served. Terms have small numbers, so that an
 * entry names its term without taking more memory. Thread-safe; no method blocks.
 */
final class Terms {
    /** How many bits a number has. */
    static final int ID_BITS = 10;

    /** The number of the terms that keep nothing. */
    static final int NONE = 0;

    private static final int COUNT = 1 << ID_BITS;

    /** By number: the clock reading from which on the entries of a term are not served. */
    private final AtomicLongArray until = new AtomicLongArray(COUNT);

    private final AtomicReferenceArray<@Nullable Term> terms = new AtomicReferenceArray<>(COUNT);

    @GuardedBy("this")
    private final BitSet used = new BitSet(COUNT);

    @GuardedBy("this")
    private int latest = NONE;

    Terms() {
        used.set(NONE);
        for (int id = 0; id < COUNT; id++) {
            until.set(id, Long.MIN_VALUE);
        }
    }

    /** Begins a term. Nothing is kept of it if writes go unreported in it, or if there are too many terms. */
    synchronized Term begin(Origin origin, Coherence coherence, List<byte[]> prefixes) {
        int next = coherence == Coherence.LOST ? NONE : free();
        if (next == NONE) {
            return new Term(origin, coherence, prefixes, NONE);
        }
        latest = next;
        Term term = new Term(origin, coherence, prefixes, next);
        used.set(next);
        terms.set(next, term);
        return term;
    }

    /** Returns the number that has been free for longest, about: an entry that is just being read must not change its term. */
    @GuardedBy("this")
    private int free() {
        int after = used.nextClearBit(latest + 1);
        int free = after < COUNT ? after : used.nextClearBit(0);
        return free < COUNT ? free : NONE;
    }

    /** Entries of the term are served before this clock reading, and not at or after it. */
    void serve(Term term, long before) {
        if (term.id != NONE) {
            until.set(term.id, before);
        }
    }

    /** Entries of the term are served no more. */
    void end(Term term) {
        term.end();
        until.set(term.id, Long.MIN_VALUE);
    }

    /** Returns whether there are no more than so many terms that entries may belong to. */
    synchronized boolean areAll(int count) {
        return used.cardinality() - 1 == count;
    }

    /** Frees the number of a term that has ended, when no entry belongs to it any more. */
    synchronized void release(Term term) {
        if (term.id != NONE) {
            terms.set(term.id, null);
            used.clear(term.id);
        }
    }

    /** Returns whether an entry may be served. */
    boolean serves(Entry entry, long now) {
        return now < until.get(entry.termId());
    }

    /** Returns whether the term of an entry has ended, so that it is never served again. */
    boolean hasEnded(Entry entry) {
        return until.get(entry.termId()) == Long.MIN_VALUE;
    }

    /** Returns the term of an entry, or null if it has none or its entries are all gone. */
    @Nullable
    Term of(Entry entry) {
        return terms.get(entry.termId());
    }

    /** Returns when an entry ceases to be fresh: at its deadline, or earlier if its term has ended. */
    long end(Entry entry) {
        int id = entry.termId();
        Term term = terms.get(id);
        return term != null && term.isOver() ? Math.min(entry.deadline, until.get(id)) : entry.deadline;
    }
}
