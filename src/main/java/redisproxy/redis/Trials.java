package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds out, by a PING of its own now and then, whether a server answers again that has not. So no client waits for a server
 * that is down. Used by one thread.
 */
final class Trials {
    /*
     * A trial goes the way of any request: through the queue and over the link of a loader, which is made first if it has to
     * be. So the first request after an outage finds a link that works. A server that is paused answers the trial that it has
     * been sent as soon as it goes on.
     *
     * Other trials hang although the server is back: behind a load balancer that has accepted the connection for a server that
     * was down, or because packets were lost. So a trial is given up long before a load would be, and another one is made on a
     * fresh link. But a server may have become slow, and would then never be found by trials that are given up early: each that
     * was in vain is followed by one that is waited for twice as long, up to the timeout of a load.
     */

    /** A server that is well answers in much less. */
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(1);

    private final Reachability reachability;
    private final RequestQueue queue;
    private final Consumer<String> onError;
    private final LoadTimeout timeout;

    /** Whether there has been a trial in the present outage. */
    private boolean isUnderWay;

    private long patienceNanos;
    private long begunNanos;

    /**
     * Makes what sends trials to the queue.
     *
     * @param onError is given the reply to a trial if it is an error, in one line
     * @param timeout how long a load may take
     */
    Trials(Reachability reachability, RequestQueue queue, Consumer<String> onError, LoadTimeout timeout) {
        this.reachability = reachability;
        this.queue = queue;
        this.onError = onError;
        this.timeout = timeout;
    }

    /** Begins a trial if it is time for one. Called again and again, after overdue requests have been failed. */
    void look() {
        switch (reachability.circuit()) {
            case CLOSED -> isUnderWay = false;
            case OPEN -> {
                if (reachability.mayTry()) {
                    begin();
                }
            }
            case HALF_OPEN -> {
                // It may have been in one batch with requests that are waited for longer.
                if (hasBeenInVain()) {
                    reachability.foundNothing();
                }
            }
        }
    }

    private void begin() {
        long nextNanos = isUnderWay && hasBeenInVain() ? 2 * patienceNanos : FIRST_PATIENCE.toNanos();
        patienceNanos = Math.min(nextNanos, timeout.get().toNanos());
        begunNanos = System.nanoTime();
        isUnderWay = true;
        // A closed queue takes none: no request is sent any more.
        boolean unused = queue.offer(List.of(new ProbeRequest(onError, patienceNanos)));
    }

    private boolean hasBeenInVain() {
        return System.nanoTime() - begunNanos >= patienceNanos;
    }
}
