package redisproxy.resp;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;

/** Holds the reply to a request back for some time, and all that follows on its connection. No thread waits. */
final class Pause implements Continuation {
    private volatile boolean isOver;

    private Pause() {}

    /** Begins one; {@code resume} is called at its end. */
    static Pause begin(Scheduler scheduler, long millis, Runnable resume) {
        Pause pause = new Pause();
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
        return isOver ? Progress.DONE : Progress.WAITING;
    }

    @Override
    public boolean abandon() {
        return true;
    }

    @Override
    public boolean isLong() {
        return true;
    }
}
