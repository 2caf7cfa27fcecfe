package redisproxy.resp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Has the clients wait that want to know something before Redis has told it, but only those of one second, so that a Redis that is down delays
 * nobody after that. Thread-safe; never blocks.
 */
final class FirstClients {
    /** A Redis that is up tells it after some milliseconds. */
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NOBODY = 0;

    private final BooleanSupplier isTold;
    private final Scheduler scheduler;

    /** When the first client came; {@link #NOBODY} if none has. */
    private final AtomicLong firstNanos = new AtomicLong(NOBODY);

    /** Whether nobody waits any more. */
    private volatile boolean isOver;

    /** Makes the wait for what Redis has told if {@code isTold}, which must not block. */
    FirstClients(BooleanSupplier isTold, Scheduler scheduler) {
        this.isTold = isTold;
        this.scheduler = scheduler;
    }

    /** Has a request executed, now or in a moment. */
    void whenTold(Invocation invocation, Runnable execute) {
        if (isOver()) {
            execute.run();
        } else {
            new AwaitedRedis(this::isOver, scheduler, invocation, execute).begin();
        }
    }

    private boolean isOver() {
        if (!isOver) {
            long now = System.nanoTime();
            boolean isFirst = firstNanos.compareAndSet(NOBODY, now == NOBODY ? 1 : now);
            isOver = isTold.getAsBoolean() || (!isFirst && now - firstNanos.get() >= MAX_NANOS);
        }
        return isOver;
    }
}
