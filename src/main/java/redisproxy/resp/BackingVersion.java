package redisproxy.resp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.Relay;

/**
 * The version of Redis that clients are told: Redis's own, since clients use what it has. Clients that come before Redis has told it wait for that,
 * but only those of one second, so that a Redis that is down delays nobody after that. Thread-safe; never blocks.
 */
final class BackingVersion {
    /** A Redis that is up has told it after some milliseconds. */
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NOBODY = 0;

    private final @Nullable Relay relay;
    private final Scheduler scheduler;

    /** When the first client came; {@link #NOBODY} if none has. */
    private final AtomicLong firstNanos = new AtomicLong(NOBODY);

    /** Whether nobody waits any more. */
    private volatile boolean isSettled;

    /** Makes the version that is told; {@code relay} is null if there is no Redis to tell it. */
    BackingVersion(@Nullable Relay relay, Scheduler scheduler) {
        this.relay = relay;
        this.scheduler = scheduler;
        this.isSettled = relay == null;
    }

    /** Returns what Redis has told last, and the version that the proxy follows by itself before that. */
    String get() {
        String told = relay == null ? null : relay.version();
        return told == null ? HandshakeCommands.REDIS_VERSION : told;
    }

    /** Has a request executed that tells the version, now or in a moment. */
    void whenTold(Invocation invocation, Runnable execute) {
        if (isSettled()) {
            execute.run();
        } else {
            new AwaitedRedis(this::isSettled, scheduler, invocation, execute).begin();
        }
    }

    private boolean isSettled() {
        if (!isSettled) {
            long now = System.nanoTime();
            boolean isFirst = firstNanos.compareAndSet(NOBODY, now == NOBODY ? 1 : now);
            boolean isTold = relay == null || relay.version() != null;
            isSettled = isTold || (!isFirst && now - firstNanos.get() >= MAX_NANOS);
        }
        return isSettled;
    }
}
