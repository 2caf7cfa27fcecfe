package redisproxy.cache;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one load went. Immutable, but for the array of the key.
 *
 * @param key the key that was loaded; never write to the array
 * @param started when the first request began to wait
 * @param tookNanos how long it waited for the result, which includes the wait for a connection
 * @param askedNanos for how much of that the store had been asked, from the moment that the request was sent, for the last time
 *     if it was repeated; -1 if it was not sent
 * @param outcome what came of it
 * @param valueBytes the length of the value; 0 if there is none
 * @param cause why it failed, or null
 * @param server the address of the server that it was sent to, the last one if it was sent to several; null if it was not sent, or the
 *     store does not say
 * @param asker for whom it was loaded first, or null for a renewal and where that is not known
 * @param traceContext what {@link LoadListener#traceContext()} of the first listener returned, or null
 */
@SuppressWarnings("ArrayRecordComponent") // reports are not compared, and copies of keys would be garbage
public record LoadReport(
        byte[] key,
        Instant started,
        long tookNanos,
        long askedNanos,
        Outcome outcome,
        int valueBytes,
        @Nullable BackingStoreException cause,
        @Nullable String server,
        @Nullable Asker asker,
        @Nullable String traceContext) {

    /** What came of a load. */
    public enum Outcome {
        /** The key has a value. */
        VALUE,
        /** There is no such key. */
        ABSENT,
        /** The key holds something that is not a byte string. The store is well. */
        WRONG_TYPE,
        /** The store answered with an error, or did not answer, and no client saw it: an expired value was served, or nobody waited. */
        UNSEEN,
        /** The store answered with an error, or did not answer, and a client was told so. */
        FAILED
    }

    /** Returns what came of a load that brought this entry. */
    static Outcome outcome(Entry entry) {
        return entry.isAbsent() ? Outcome.ABSENT : Outcome.VALUE;
    }

    /** Returns what came of a load that failed like this; {@code isSeen} says whether a client was told so. */
    static Outcome outcome(BackingStoreException cause, boolean isSeen) {
        return cause.isNotAString() ? Outcome.WRONG_TYPE : isSeen ? Outcome.FAILED : Outcome.UNSEEN;
    }

    /** Makes the report of a load that ends now; one of {@code entry} and {@code cause} is null. */
    static LoadReport of(
            Flight flight, Outcome outcome, @Nullable Entry entry, @Nullable BackingStoreException cause, long now) {
        LoadListener first = flight.waiters.first();
        long took = now - flight.startedAt;
        long sentAt = flight.sentAt;
        boolean isSent = sentAt != Flight.UNSENT;
        return new LoadReport(
                flight.key(),
                Instant.now().minusNanos(took),
                took,
                isSent ? now - sentAt : -1,
                outcome,
                entry == null || entry.isAbsent() ? 0 : entry.valueLength(),
                cause,
                isSent ? flight.server : null,
                first == null ? null : first.asker(),
                first == null ? null : first.traceContext());
    }
}
