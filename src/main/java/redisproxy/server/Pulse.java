package redisproxy.server;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks other threads for a sign of life: a task that they are to run before they are asked again. */
final class Pulse implements Vital {
    private final String name;
    private final Consumer<Runnable> threads;
    private final Runnable beat = this::beat;
    private volatile boolean hasBeaten = true;

    /**
     * Makes the pulse.
     *
     * @param name what is lost without it
     * @param threads has a task run soon; it may throw, which counts as no sign of life
     */
    Pulse(String name, Consumer<Runnable> threads) {
        this.name = name;
        this.threads = threads;
    }

    @Override
    public @Nullable String lost() {
        if (!hasBeaten) {
            return name;
        }
        hasBeaten = false;
        try {
            threads.accept(beat);
            return null;
        } catch (RuntimeException | Error e) {
            // What could not be taken over will not be run: it is tried again at the next time.
            hasBeaten = true;
            return name;
        }
    }

    private void beat() {
        hasBeaten = true;
    }
}
