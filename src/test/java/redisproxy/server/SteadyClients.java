package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** Clients that ask one question after the other, until they are closed. Add all of them before the start. */
final class SteadyClients implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder requests = new LongAdder();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    /** Adds a client; {@code attempt} asks once and returns whether the answer is right. */
    SteadyClients with(String name, Callable<Boolean> attempt) {
        threads.add(new Thread(
                () -> {
                    while (!isOver) {
                        requests.increment();
                        try {
                            if (!attempt.call()) {
                                failures.add(name + ": another answer");
                            }
                        } catch (Exception | AssertionError e) {
                            failures.add(name + ": " + e);
                        }
                    }
                },
                name));
        return this;
    }

    SteadyClients start() {
        threads.forEach(Thread::start);
        return this;
    }

    long requests() {
        return requests.sum();
    }

    /** Returns what went wrong so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        isOver = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
