package redisproxy.resp;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** A request that waits until Redis has told what it needs to know of Redis, or does not wait any longer. No thread waits. */
final class AwaitedRedis implements Continuation {
    private static final long POLL_MILLIS = 10;

    private final BooleanSupplier isOver;
    private final Scheduler scheduler;
    private final Invocation invocation;
    private final Runnable execute;
    private @Nullable Continuation rest;
    private volatile boolean isAbandoned;

    /** Makes the wait; {@code execute} is run when {@code isOver}, which becomes true in bounded time. */
    AwaitedRedis(BooleanSupplier isOver, Scheduler scheduler, Invocation invocation, Runnable execute) {
        this.isOver = isOver;
        this.scheduler = scheduler;
        this.invocation = invocation;
        this.execute = execute;
    }

    void begin() {
        invocation.continueWith(this);
        poll();
    }

    private void poll() {
        scheduler.schedule(this::look, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (isAbandoned) {
            return;
        }
        if (isOver.getAsBoolean()) {
            invocation.wake();
        } else {
            poll();
        }
    }

    @Override
    public Progress goOn(Arguments arguments) {
        if (rest != null) {
            return rest.goOn(arguments);
        }
        if (!isOver.getAsBoolean()) {
            return Progress.WAITING;
        }
        execute.run();
        Continuation after = invocation.continuation();
        if (after == null || after == this) {
            return Progress.DONE;
        }
        rest = after;
        return rest.goOn(arguments);
    }

    @Override
    public boolean abandon() {
        isAbandoned = true;
        return rest == null || rest.abandon();
    }

    @Override
    public boolean isLong() {
        // The wait itself is short, and a client that sends nothing more may still read its reply.
        return rest != null && rest.isLong();
    }
}
