package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.Coherence;
import redisproxy.cache.Invalidations;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.TrackingStatus.State;

/**
 * Keeps a {@link TrackingConnection} and passes on to a cache what it says, and whether it can be relied upon. Thread-safe.
 */
final class Tracker implements AutoCloseable {
    /*
     * Order
     * -----
     * Redis has confirmed that it tracks; then the connections that values are read over are made anew, to the same
     * server; then the cache begins to keep what it loads. So whatever it keeps was read where its invalidation will be
     * told, after the telling had begun.
     *
     * Loss
     * ----
     * A connection is lost when reading from it fails, or when it has not answered a PING by the time of the next one.
     * The cache learns that before anybody tries to connect again. A PING's answer comes after all invalidations that
     * Redis had to tell when it was sent, so it also extends the time for which the cache may be relied upon.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Tracker.class);

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);
    private static final long CLOSE_WAIT_MILLIS = 2_000;

    private final RedisConfig redis;
    private final TrackingConfig config;
    private final RedisPool pool;
    private final long refusedPauseMillis;
    private final Invalidations cache;
    private final Thread thread;
    private final ScheduledExecutorService heart;

    /** The one that is being made, or has been; to be closed with this. */
    @GuardedBy("this")
    private @Nullable TrackingConnection latest;

    /** The one that is relied upon. */
    @GuardedBy("this")
    private @Nullable TrackingConnection connection;

    /** When the PING was sent that has not been answered. */
    @GuardedBy("this")
    private long pingNanos;

    @GuardedBy("this")
    private boolean pinged;

    /** When the last PING was sent that has been answered: whatever Redis had to tell by then has been told. */
    @GuardedBy("this")
    private long heardNanos;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private State state = State.DISCONNECTED;

    @GuardedBy("this")
    private String detail = "";

    @GuardedBy("this")
    private long confirmations;

    @GuardedBy("this")
    private long losses;

    @GuardedBy("this")
    private long heartbeats;

    @GuardedBy("this")
    private long heartbeatMicros = -1;

    private final LongAdder messages = new LongAdder();

    Tracker(RedisConfig redis, TrackingConfig config, RedisPool pool, Duration refusedPause, Invalidations cache) {
        this.redis = redis;
        this.config = config;
        this.pool = pool;
        this.refusedPauseMillis = refusedPause.toMillis();
        this.cache = cache;
        this.thread = new Thread(this::run, "redis-proxy-tracking");
        thread.setDaemon(true);
        this.heart = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread beating = new Thread(task, "redis-proxy-tracking-heartbeat");
            beating.setDaemon(true);
            return beating;
        });
    }

    void start() {
        thread.start();
        long period = config.heartbeat().toNanos();
        // Not at a fixed rate: after a pause of this process the beats that were missed would follow at once, and the
        // second of them would find no answer to the first.
        ScheduledFuture<?> unused =
                heart.scheduleWithFixedDelay(this::beatSafely, period, period, TimeUnit.NANOSECONDS);
    }

    synchronized TrackingStatus status() {
        return new TrackingStatus(state, detail, confirmations, losses, messages.sum(), heartbeatMicros);
    }

    @Override
    public void close() {
        TrackingConnection open;
        synchronized (this) {
            closed = true;
            open = latest;
        }
        heart.shutdownNow();
        thread.interrupt();
        if (open != null) {
            RedisPool.disconnect(open);
        }
        try {
            thread.join(CLOSE_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!isClosed()) {
            long confirmed = confirmedSoFar();
            long heard = heartbeatsSoFar();
            try {
                keepConnection();
            } catch (TrackingRefusedException e) {
                refused(String.valueOf(e.getMessage()));
                pause = refusedPauseMillis;
            } catch (RuntimeException | Error e) {
                lost(Failures.describe(redis, e), confirmedSoFar() > confirmed);
                // What is lost as soon as it has been confirmed is likely to be lost again.
                boolean hasLasted = heartbeatsSoFar() > heard;
                pause = hasLasted ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
            pauseFor(pause);
        }
    }

    /** Connects and listens; never returns but by an exception. */
    private void keepConnection() {
        TrackingConnection made = TrackingConnection.to(redis);
        try {
            latest(made);
            made.open();
            String server = ServerIdentity.of(made);
            made.track(config.prefixes());
            made.listenFor(cache);
            confirmed(made, server);
            while (true) {
                InvalidationReader.Message message = made.readMessage();
                if (message == InvalidationReader.Message.REPLY) {
                    answered();
                } else if (message == InvalidationReader.Message.INVALIDATION) {
                    messages.increment();
                }
            }
        } catch (JedisDataException e) {
            throw Refusals.isForGood(e) ? new TrackingRefusedException(Failures.oneLine(e)) : e;
        } finally {
            RedisPool.disconnect(made);
        }
    }

    private synchronized void latest(TrackingConnection made) {
        throwIfClosed();
        latest = made;
    }

    @GuardedBy("this")
    private void throwIfClosed() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    private synchronized void confirmed(TrackingConnection made, String server) {
        throwIfClosed();
        pool.renew(server, () -> isElsewhere(made));
        connection = made;
        pinged = false;
        heardNanos = System.nanoTime();
        confirmations++;
        cache.begin(Coherence.TRACKING);
        become(State.TRACKING, "");
        LOG.info("Redis at {} tells of writes: the cache is coherent", redis.address());
    }

    /** Values come from another server than invalidations: nothing is known about them. */
    private void isElsewhere(TrackingConnection made) {
        lose(made, "connections to %s lead to different servers".formatted(redis.address()));
    }

    private synchronized void answered() {
        if (pinged && connection != null) {
            pinged = false;
            heardNanos = pingNanos;
            heartbeats++;
            long nanosAgo = System.nanoTime() - pingNanos;
            heartbeatMicros = TimeUnit.NANOSECONDS.toMicros(nanosAgo);
            cache.heard(nanosAgo);
        }
    }

    private void beatSafely() {
        try {
            beat();
        } catch (RuntimeException | Error e) {
            LOG.debug("A heartbeat failed", e);
        }
    }

    private void beat() {
        TrackingConnection beating;
        boolean isOverdue;
        synchronized (this) {
            beating = connection;
            isOverdue = pinged;
            pinged = true;
            pingNanos = isOverdue ? pingNanos : System.nanoTime();
        }
        if (beating == null) {
            return;
        }
        if (isOverdue) {
            lose(
                    beating,
                    "Redis at %s did not answer a PING within %s s"
                            .formatted(redis.address(), Failures.seconds(config.heartbeat())));
        } else {
            beating.sendPing();
        }
    }

    /** Tells the cache at once, and then has the reading thread notice. */
    private void lose(TrackingConnection broken, String why) {
        boolean isNews;
        synchronized (this) {
            isNews = connection == broken;
            if (isNews) {
                tellLoss(why);
            }
        }
        if (isNews) {
            RedisPool.disconnect(broken);
        }
    }

    /** The latest connection has failed; if it {@code wasConfirmed}, that may be known, and be no news but a consequence. */
    private synchronized void lost(String why, boolean wasConfirmed) {
        if (closed) {
            return;
        }
        if (connection != null) {
            tellLoss(why);
        } else if (state == State.DISCONNECTED && !wasConfirmed) {
            detail = why;
        }
    }

    @GuardedBy("this")
    private void tellLoss(String why) {
        connection = null;
        losses++;
        cache.lose(System.nanoTime() - heardNanos);
        become(State.DISCONNECTED, why);
        LOG.warn("{}: nobody tells of writes, so nothing is cached until Redis does again{}", why, graceInWords());
    }

    private String graceInWords() {
        return config.grace().isZero()
                ? ""
                : "; what is cached is served for " + Failures.seconds(config.grace()) + " s at most";
    }

    private synchronized void refused(String why) {
        if (closed) {
            return;
        }
        connection = null;
        if (state != State.REFUSED || !detail.equals(why)) {
            LOG.warn(
                    "Redis at {} does not tell of writes ({}): values are cached for their time, as without coherence",
                    redis.address(),
                    why);
        }
        if (cache.coherence() != Coherence.TTL) {
            cache.begin(Coherence.TTL);
        }
        become(State.REFUSED, why);
    }

    @GuardedBy("this")
    private void become(State next, String why) {
        state = next;
        detail = why;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized long confirmedSoFar() {
        return confirmations;
    }

    private synchronized long heartbeatsSoFar() {
        return heartbeats;
    }

    /** Waits for between half of the pause and all of it, so that many proxies do not come back at one time. */
    private static void pauseFor(long millis) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
