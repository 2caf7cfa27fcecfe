package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Executes tasks on threads of the pool, one after the other in the order in which they came. Each connection has one task
 * here at most, so no client's tasks wait for more than one of another's. Together they take a bounded share of the
 * processors, see {@link Rests}. Thread-safe; never blocks its callers.
 */
final class BackgroundQueue {
    private final Executor executor;
    private final int mostTasks;

    @GuardedBy("this")
    private final Queue<Task> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean isRunning;

    /** Belongs to the thread that runs the task. */
    private final Rests rests;

    /** A task of the queue: one of its methods is called, once. */
    interface Task {
        /** Does the work; long work calls {@link Rests#step} after each of its steps. Does not throw. */
        void run(Rests rests);

        /** There will be no work, since the threads are ending. */
        void refuse();
    }

    /** Makes a queue in which {@code mostTasks} wait at most. */
    BackgroundQueue(Executor executor, int mostTasks, Rests rests) {
        this.executor = executor;
        this.mostTasks = mostTasks;
        this.rests = rests;
    }

    /** Returns how many tasks wait at most. */
    int mostTasks() {
        return mostTasks;
    }

    /** Adds a task; returns false if too many wait. */
    boolean offer(Task task) {
        synchronized (this) {
            if (waiting.size() >= mostTasks) {
                return false;
            }
            waiting.add(task);
            if (isRunning) {
                return true;
            }
            isRunning = true;
        }
        goOn();
        return true;
    }

    /** Each task is a job of its own for the threads, which have others to do. */
    private void goOn() {
        try {
            executor.execute(this::runNext);
        } catch (RejectedExecutionException e) {
            refuseAll();
        }
    }

    private void runNext() {
        Task task;
        synchronized (this) {
            task = waiting.remove();
        }
        rests.begin();
        task.run(rests);
        rests.end();
        synchronized (this) {
            isRunning = !waiting.isEmpty();
            if (!isRunning) {
                return;
            }
        }
        goOn();
    }

    private void refuseAll() {
        Queue<Task> refused;
        synchronized (this) {
            refused = new ArrayDeque<>(waiting);
            waiting.clear();
            isRunning = false;
        }
        refused.forEach(Task::refuse);
    }
}
