package redisproxy.jetty;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import redisproxy.http.Answers;
import redisproxy.net.HangUp;
import redisproxy.net.IncompleteRequest;
import redisproxy.net.ReadableSource;

/**
 * Waits for the rest of a request's head. While it comes in tiny pieces the wait begins with a pause; if it takes too long the
 * request is answered with 408. Belongs to the thread that has the connection, but for {@link #sweep}, {@link #isOverdue}
 * and {@link #isIncomplete}.
 */
final class HeadTimeout {
    private final ReadableSource source;
    private final HangUp hangUp;
    private final Answers answers;
    private final AnswerEncoder encoder;
    private final LongSupplier clientNanos;
    private final IncompleteRequest request = new IncompleteRequest();

    HeadTimeout(ReadableSource source, HangUp hangUp, HttpServices services) {
        this.source = source;
        this.hangUp = hangUp;
        this.answers = services.answers();
        this.encoder = services.encoder();
        this.clientNanos = services.clientNanos();
    }

    /**
     * Runs {@code wait}, which waits for more of the head, now or after a pause.
     *
     * @param bytes how much has been read, counted from any point that stays the same until {@link #recount}
     */
    void awaitRest(long bytes, Runnable wait) {
        long pause = request.pauseNanos(System.nanoTime(), bytes);
        if (pause > 0) {
            source.getScheduler().schedule(() -> endPause(wait), pause, TimeUnit.NANOSECONDS);
        } else {
            wait.run();
        }
    }

    private void endPause(Runnable wait) {
        request.endPause();
        if (isOverdue(System.nanoTime())) {
            answer();
        } else {
            wait.run();
        }
    }

    /** Counts the bytes of the head from another point from now on. */
    void recount() {
        request.recount();
    }

    /** Notes that the head is complete. */
    void complete() {
        request.reset();
    }

    /** Returns whether a head is incomplete. Thread-safe. */
    boolean isIncomplete() {
        return request.isIncomplete();
    }

    /** Returns whether a head takes too long. Thread-safe. */
    boolean isOverdue(long now) {
        return request.isOverdue(now, clientNanos.getAsLong());
    }

    /** Answers with 408 and hangs up. */
    void answer() {
        hangUp.now(encoder.last(answers.requestTimeout()));
    }

    /**
     * Ends the wait for a head that takes too long. Thread-safe.
     *
     * @param wake has the connection look on the selector's thread, if it waits in a round and not in Jetty
     */
    void sweep(long now, Runnable wake) {
        if (isOverdue(now)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(clientNanos.getAsLong());
            if (!source.failRead(new TimeoutException("no request within " + millis + " ms"))) {
                wake.run();
            }
        }
    }
}
