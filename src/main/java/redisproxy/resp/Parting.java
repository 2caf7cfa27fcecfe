package redisproxy.resp;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * When the connections of a port that drains end, such that their clients notice as little as possible: nothing in the protocol
 * tells a client to send its next request elsewhere. A connection ends after it has answered a request for data, which is when
 * clients give it back to their pool, or when it has been quiet. It does not end between what a client sends to see whether a
 * connection works, or to set it up, and the request that follows. After a while it ends all the same.
 */
final class Parting {
    /** Clients that check a connection before they use it send the request sooner after that. */
    static final long QUIET_MILLIS = 100;

    /** A client that has just connected sends its first request after a round trip. */
    private static final long NEW_MILLIS = 400;

    /** Of those that go on with such checks alone. */
    private static final long MOST_MILLIS = 1_000;

    private static final long LOOK_MILLIS = 25;

    /** What {@link Session#lastCommand()} says before the first request. */
    private static final String NONE = "NULL";

    /** By the names that {@link Session#lastCommand()} has. */
    private static final Set<String> PRELUDES =
            Set.of(NONE, "ping", "echo", "hello", "auth", "select", "readonly", "info", "reset");

    private static final String CLIENT = "client";

    private Parting() {}

    /** Has all connections look again and again whether they may end, until they have to. */
    static void begin(ClientRegistry registry, Scheduler scheduler, long limitMillis) {
        registry.drain(limitMillis);
        long most = Math.min(MOST_MILLIS, limitMillis / 2);
        lookAgain(registry, scheduler, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(most));
    }

    private static void lookAgain(ClientRegistry registry, Scheduler scheduler, long endNanos) {
        scheduler.schedule(
                () -> {
                    boolean isOver = System.nanoTime() - endNanos >= 0;
                    if (isOver) {
                        registry.urge();
                    }
                    registry.drainAll();
                    if (!isOver) {
                        lookAgain(registry, scheduler, endNanos);
                    }
                },
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Returns whether the client has been quiet for long enough. */
    static boolean isQuiet(Session session, long now) {
        long millis = session.lastCommand().equals(NONE) ? NEW_MILLIS : QUIET_MILLIS;
        return now - session.lastActiveNanos() >= TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Returns whether the last request was one for data. */
    static boolean hasServed(Session session) {
        String last = session.lastCommand();
        return !PRELUDES.contains(last) && !last.startsWith(CLIENT);
    }
}
