package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;

/**
 * What one loading thread does: take the loads that wait, send them as one pipeline, hand out the replies. {@link
 * #abort} and {@link #failOverdue} may be called by other threads.
 */
final class Loader {
    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    /** Bounds how long the first of a pipeline waits for the last; larger batches save no more system calls. */
    private static final int MAX_BATCH = 128;

    private final RedisConfig config;
    private final RedisPool pool;
    private final LoadQueue queue;
    private final Reachability reachability;
    private final List<Request> batch = new ArrayList<>(MAX_BATCH);

    /** Whether there was a connection for the batch. */
    private boolean isConnected;

    /** When the batch was taken. */
    private long startedNanos;

    /** How many of the batch have been answered by Redis. */
    private int answered;

    /** To how many of these the answer has been let out. */
    private int flushed;

    /** The loads under way, for other threads; empty between batches. */
    @GuardedBy("this")
    private List<Request> current = List.of();

    /** Why the loads under way were aborted: what their thread then sees of its connection is a mere consequence. */
    @GuardedBy("this")
    private @Nullable BackingStoreException aborted;

    @GuardedBy("this")
    private @Nullable OneTimeConnection connection;

    @GuardedBy("this")
    private @Nullable Thread thread;

    Loader(RedisConfig config, RedisPool pool, LoadQueue queue, Reachability reachability) {
        this.config = config;
        this.pool = pool;
        this.queue = queue;
        this.reachability = reachability;
    }

    /** Loads until the queue is closed. */
    void run(boolean probeFirst) {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        if (probeFirst) {
            probe();
        }
        try {
            while (queue.take(batch, MAX_BATCH)) {
                serveSafely();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fails all that is under way and breaks its connection, which wakes the loading thread. */
    void abort(BackingStoreException cause) {
        List<Request> flights;
        synchronized (this) {
            flights = current;
            breakOff(cause);
        }
        fail(flights, cause);
    }

    /** Fails the loads that have been under way for too long, and breaks their connection if no other is on it. */
    void failOverdue(long timeoutNanos) {
        List<Request> overdue;
        BackingStoreException cause;
        synchronized (this) {
            List<Request> late = new ArrayList<>();
            List<Request> others = new ArrayList<>();
            current.forEach(flight -> (flight.waitedNanos() >= timeoutNanos ? late : others).add(flight));
            if (late.isEmpty()) {
                return;
            }
            cause = overdue(config);
            overdue = late;
            current = others;
            if (current.isEmpty()) {
                breakOff(cause);
            }
        }
        fail(overdue, cause);
    }

    @GuardedBy("this")
    private void breakOff(BackingStoreException cause) {
        current = List.of();
        aborted = cause;
        if (connection != null) {
            RedisPool.disconnect(connection);
        } else {
            pool.abortHandshake(thread);
        }
    }

    private static void fail(List<Request> flights, BackingStoreException cause) {
        flights.forEach(flight -> flight.fail(cause));
        flights.forEach(Request::flush);
    }

    static BackingStoreException overdue(RedisConfig config) {
        String text = "Redis at %s did not answer within %s s"
                .formatted(config.address(), Failures.seconds(config.timeout()));
        return BackingStoreException.unavailable(text, null);
    }

    private void probe() {
        try {
            OneTimeConnection probed = pool.borrow();
            lend(probed);
            try {
                probed.ping();
            } finally {
                lend(null);
                pool.giveBack(probed);
            }
            reachability.answered();
        } catch (RuntimeException e) {
            if (!queue.isClosed()) {
                reachability.unreachable(Failures.describe(config, e));
            }
        }
    }

    /** Whatever happens, each load of the batch ends, and the thread lives on. */
    private void serveSafely() {
        try {
            serve();
        } catch (RuntimeException | Error e) {
            LOG.error("Loading failed unexpectedly", e);
            fail(batch, BackingStoreException.unavailable("the load ended without an answer", e));
        } finally {
            batch.clear();
        }
    }

    private void serve() {
        answered = 0;
        flushed = 0;
        startedNanos = System.nanoTime();
        synchronized (this) {
            current = List.copyOf(batch);
            aborted = null;
        }
        try {
            exchange();
        } catch (RuntimeException | Error e) {
            giveUp(e);
        } finally {
            synchronized (this) {
                current = List.of();
            }
            batch.subList(flushed, batch.size()).forEach(Request::flush);
        }
    }

    private void exchange() {
        isConnected = false;
        OneTimeConnection pooled = pool.borrow();
        isConnected = true;
        try {
            exchangeOn(pooled);
        } catch (JedisConnectionException e) {
            if (isTimeout(e) || remainingMillis() <= 0 || queue.isClosed() || !reachability.mayReplace()) {
                throw e;
            }
            LOG.debug("A connection to Redis was dead; asking again on a fresh one", e);
            pool.dropIdle();
            isConnected = false;
            OneTimeConnection fresh = pool.borrow();
            isConnected = true;
            exchangeOn(fresh);
        }
        reachability.answered();
    }

    private void exchangeOn(OneTimeConnection borrowed) {
        lend(borrowed);
        try {
            borrowed.requireNothingToRead();
            borrowed.setSoTimeout(Math.max(1, remainingMillis()));
            send(borrowed);
            receive(borrowed);
        } catch (RuntimeException | Error e) {
            borrowed.setBroken();
            throw e;
        } finally {
            // Before it goes back to the pool, where it is no longer this thread's to break.
            lend(null);
            pool.giveBack(borrowed);
        }
    }

    private synchronized void lend(@Nullable OneTimeConnection lent) {
        connection = lent;
    }

    private void send(OneTimeConnection to) {
        for (int i = answered; i < batch.size(); i++) {
            batch.get(i).send(to);
        }
        to.flush();
        for (int i = answered; i < batch.size(); i++) {
            batch.get(i).sent();
        }
    }

    private void receive(OneTimeConnection from) {
        while (answered < batch.size()) {
            batch.get(answered).receive(from);
            answered++;
            flushUnlessNextIsForTheSame();
        }
    }

    /** A pipeline's replies leave together, but nobody waits for the replies to others, which may be large. */
    private void flushUnlessNextIsForTheSame() {
        if (answered == batch.size()
                || batch.get(answered).recipient() != batch.get(answered - 1).recipient()) {
            batch.subList(flushed, answered).forEach(Request::flush);
            flushed = answered;
        }
    }

    private void giveUp(Throwable e) {
        BackingStoreException cause = causeOf(e);
        if (!queue.isClosed()) {
            if (e instanceof OutOfMemoryError) {
                reachability.answered();
            } else if (isTimeout(e) || wasAborted()) {
                reachability.timedOut(cause.getMessage(), System.nanoTime() - startedNanos);
            } else if (isConnected) {
                reachability.brokeOff(cause.getMessage());
            } else {
                reachability.unreachable(cause.getMessage());
            }
        }
        for (Request request : batch.subList(answered, batch.size())) {
            request.fail(cause);
        }
    }

    private synchronized boolean wasAborted() {
        return aborted != null;
    }

    private synchronized BackingStoreException causeOf(Throwable e) {
        if (aborted != null) {
            return aborted;
        }
        return isTimeout(e) ? overdue(config) : BackingStoreException.unavailable(Failures.describe(config, e), e);
    }

    /** For how long somebody waits for this batch: until the load that began last is overdue, which may be any of them. */
    private int remainingMillis() {
        long youngest = Long.MAX_VALUE;
        for (Request flight : batch) {
            youngest = Math.min(youngest, flight.waitedNanos());
        }
        return (int) TimeUnit.NANOSECONDS.toMillis(config.timeout().toNanos() - youngest);
    }

    private static boolean isTimeout(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }
}
