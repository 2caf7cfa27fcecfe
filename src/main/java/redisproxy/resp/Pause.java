package redisproxy.resp;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** Holds the reply to a request back for some time, and all that follows on its connection. No thread waits. */
final class Pause implements Continuation {
    private final @Nullable Continuation rest;
    private volatile boolean isOver;

    private Pause(@Nullable Continuation rest) {
        this.rest = rest;
    }

    /**
     * Begins one; {@code resume} is called at its end.
     *
     * @param rest what is left to be done of the request after that; null if it has its reply
     */
    static Pause begin(Scheduler scheduler, long millis, @Nullable Continuation rest, Runnable resume) {
        Pause pause = new Pause(rest);
        scheduler.schedule(
                () -> {
                    pause.isOver = true;
                    resume.run();
                },
                millis,
                TimeUnit.MILLISECONDS);
        return pause;
    }

    @Override
    public Progress goOn(Arguments arguments) {
        if (!isOver) {
            return Progress.WAITING;
        }
        return rest == null ? Progress.DONE : rest.goOn(arguments);
    }

    @Override
    public boolean abandon() {
        return rest == null || rest.abandon();
    }

    @Override
    public boolean isLong() {
        return true;
    }
}
