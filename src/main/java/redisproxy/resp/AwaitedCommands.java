package redisproxy.resp;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.Relay;

/** A request that waits, for a bounded time, until Redis has told what commands it has. No thread waits. */
final class AwaitedCommands implements Continuation {
    private static final long POLL_MILLIS = 10;
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final byte[] UNKNOWN = ReplyBuilder.error(
            "ERR Redis has not told its commands yet, so nothing can be passed on to it: try again when it answers");

    private final Relay relay;
    private final Scheduler scheduler;
    private final Invocation invocation;
    private final Runnable execute;
    private final long begunNanos = System.nanoTime();
    private @Nullable Continuation rest;
    private volatile boolean isAbandoned;

    /** Makes the wait; {@code execute} is run when the commands are known. */
    AwaitedCommands(Relay relay, Scheduler scheduler, Invocation invocation, Runnable execute) {
        this.relay = relay;
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
        if (relay.commands().isKnown() || isOverdue()) {
            invocation.wake();
        } else {
            poll();
        }
    }

    private boolean isOverdue() {
        return System.nanoTime() - begunNanos >= MAX_NANOS;
    }

    @Override
    public Progress goOn(Arguments arguments) {
        if (rest != null) {
            return rest.goOn(arguments);
        }
        if (!relay.commands().isKnown()) {
            if (!isOverdue()) {
                return Progress.WAITING;
            }
            invocation.refuse(UNKNOWN);
            return Progress.DONE;
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
        return true;
    }
}
