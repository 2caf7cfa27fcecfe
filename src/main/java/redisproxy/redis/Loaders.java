package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Origin;

/** The loaders of one node and their threads, each of which is started when it is needed first. Thread-safe. */
final class Loaders {
    private static final Logger LOG = LoggerFactory.getLogger(Loaders.class);

    private static final long ABORT_AGAIN_MILLIS = 10;

    private final String threadName;
    private final List<Loader> all;
    private final List<InFlight> inFlight;

    /** Null before the start. */
    private volatile @Nullable Origin origin;

    /** Those of the first loaders. Written under the queue's lock. */
    private volatile List<Thread> threads = List.of();

    /** Makes loaders whose threads have names that begin so. */
    Loaders(String threads, List<Loader> all) {
        this.threadName = threads;
        this.all = List.copyOf(all);
        this.inFlight = this.all.stream().map(Loader::inFlight).toList();
    }

    /** From now on loaders serve requests, by values of that origin. */
    void start(Origin from) {
        origin = from;
    }

    /**
     * Starts a further thread, because requests wait and no loader is free; returns false if all have been started. Called under
     * the queue's lock.
     */
    boolean startOne() {
        Origin from = origin;
        List<Thread> present = threads;
        if (from == null || present.size() == all.size()) {
            return false;
        }
        List<Thread> started = new ArrayList<>(present);
        Loader next = all.get(started.size());
        Thread thread = new Thread(() -> next.run(from), threadName + "-" + started.size());
        thread.setDaemon(true);
        started.add(thread);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            if (present.isEmpty()) {
                throw e;
            }
            LOG.debug("No further thread can be made; those that there are go on", e);
            return false;
        }
        threads = started;
        return true;
    }

    /** Returns what is under way, whether or not the loader's thread has been started. */
    List<InFlight> inFlight() {
        return inFlight;
    }

    /** Returns the name of a thread that has ended, or null. */
    @Nullable
    String lostThread() {
        for (Thread thread : threads) {
            if (thread.getState() == Thread.State.TERMINATED) {
                return thread.getName();
            }
        }
        return null;
    }

    /**
     * Ends the threads of a queue that has been closed, and waits for that until a moment.
     *
     * @param wake ends what is under way
     */
    void end(Consumer<InFlight> wake, long untilNanos) throws InterruptedException {
        inFlight.forEach(wake);
        threads.forEach(Thread::interrupt);
        for (int i = 0; i < threads.size(); i++) {
            Thread thread = threads.get(i);
            while (thread.isAlive() && System.nanoTime() - untilNanos < 0) {
                // Once is not enough: the thread may have been about to begin a batch, which forgets the abort.
                wake.accept(inFlight.get(i));
                thread.join(ABORT_AGAIN_MILLIS);
            }
        }
    }
}
