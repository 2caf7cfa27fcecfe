package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Coherence;
import redisproxy.cache.Origin;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;

/**
 * Whether a server reports writes at present, which the cache is told with every change. Thread-safe; no method blocks for
 * longer than the cache takes to drop its entries.
 */
final class TrackingState {
    /*
     * Order
     * -----
     * Redis has confirmed that it tracks; then the links that values are read over are made anew, to the same server; then
     * the cache begins to keep what it loads. So whatever it keeps was read where its invalidation will be reported, after
     * the reports had begun. All three happen under one lock, which a loss takes as well.
     *
     * A loader compares its link with the links that are wanted after it has taken a batch. A load that began after the
     * cache did was taken after that, so it is read over a new link; a load that began before is not kept.
     *
     * Loss
     * ----
     * A connection is lost when reading from it fails, or when it has not answered a PING by the time of the next one.
     * The cache learns that before anything tries to connect again. A PING's answer comes after all invalidations that
     * Redis had to report when it was sent, so it also extends the time for which the cache may be relied upon.
     */
    private final NodeConfig redis;
    private final TrackingConfig config;
    private final Links links;
    private final Reachability reachability;
    private final Origin origin;
    private final EventLog log;
    private final Outage outage;
    private final LongAdder messages = new LongAdder();

    /** How many requests had been answered when tracking was lost. */
    @GuardedBy("this")
    private long answeredBefore;

    /** The connection that is being made, or was made last; it ends with this. */
    @GuardedBy("this")
    private @Nullable TrackingConnection latest;

    /** The connection that is relied upon. */
    @GuardedBy("this")
    private @Nullable TrackingConnection connection;

    /** When the PING was sent that has not been answered. */
    @GuardedBy("this")
    private long pingNanos;

    @GuardedBy("this")
    private boolean isPinged;

    /** When the last PING was sent that has been answered: what Redis had to report by then has been reported. */
    @GuardedBy("this")
    private long heardNanos;

    @GuardedBy("this")
    private boolean isClosed;

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

    TrackingState(
            NodeConfig redis,
            TrackingConfig config,
            Links links,
            Reachability reachability,
            Origin origin,
            EventLog log) {
        this.redis = redis;
        this.config = config;
        this.links = links;
        this.reachability = reachability;
        this.origin = origin;
        this.log = log;
        this.outage = new Outage(log, redis.address().toString());
    }

    synchronized TrackingStatus status() {
        return new TrackingStatus(state, detail, confirmations, losses, messages.sum(), heartbeatMicros);
    }

    /** Returns where the connections that report writes have to report them to. */
    Origin origin() {
        return origin;
    }

    /** A connection is about to be made. Fails if this is closed, so that {@link #close} misses none. */
    synchronized void connecting(TrackingConnection made) {
        throwIfClosed();
        latest = made;
    }

    /** Redis has confirmed that it reports writes, to keys with these prefixes, on this connection. */
    synchronized void confirmed(TrackingConnection made, String server, List<String> prefixes) {
        throwIfClosed();
        links.renew(server, () -> otherServer(made));
        connection = made;
        isPinged = false;
        heardNanos = System.nanoTime();
        confirmations++;
        reachability.answered();
        origin.beginTracking(prefixes);
        become(State.TRACKING, "");
        tellConfirmed();
    }

    @GuardedBy("this")
    private void tellConfirmed() {
        if (outage.isUnderWay()) {
            // They have been answered, so they are no cost.
            long answered = links.counters().requests() - answeredBefore;
            outage.end(
                    EventKind.TRACKING_CONFIRMED,
                    "Redis at %s reports writes again: its keys are coherent".formatted(redis.address()),
                    failed -> "; answers not cached meanwhile: " + answered);
        } else {
            log.tell(
                    EventKind.TRACKING_CONFIRMED,
                    redis.address().toString(),
                    "Redis at %s reports writes: its keys are coherent".formatted(redis.address()));
        }
    }

    @GuardedBy("this")
    private void throwIfClosed() {
        if (isClosed) {
            throw new IllegalStateException("closed");
        }
    }

    /** Values come from another server than invalidations, which say nothing about them. */
    private void otherServer(TrackingConnection tracking) {
        lose(tracking, "connections to %s lead to different servers".formatted(redis.address()));
    }

    /** An invalidation message has been read. */
    void countMessage() {
        messages.increment();
    }

    /** Begins a heartbeat; returns the connection to send a PING on, or null if none is relied upon any more. */
    @Nullable
    TrackingConnection ping() {
        TrackingConnection pinged;
        boolean isOverdue;
        synchronized (this) {
            pinged = connection;
            isOverdue = isPinged;
            if (!isOverdue) {
                isPinged = true;
                pingNanos = System.nanoTime();
            }
        }
        if (pinged == null || !isOverdue) {
            return pinged;
        }
        lose(
                pinged,
                "Redis at %s did not answer a PING within %s s"
                        .formatted(redis.address(), Failures.seconds(config.heartbeat())));
        return null;
    }

    /** A PING has been answered. */
    synchronized void answered() {
        if (isPinged && connection != null) {
            isPinged = false;
            heardNanos = pingNanos;
            heartbeats++;
            long nanosAgo = System.nanoTime() - pingNanos;
            heartbeatMicros = TimeUnit.NANOSECONDS.toMicros(nanosAgo);
            origin.heard(nanosAgo);
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
            broken.abort();
        }
    }

    /**
     * The latest connection has failed.
     *
     * @param wasConfirmed whether it was relied upon; if it is no longer, that was told before and this is its consequence
     */
    synchronized void failed(String why, boolean wasConfirmed) {
        if (isClosed) {
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
        origin.lose(System.nanoTime() - heardNanos);
        become(State.DISCONNECTED, why);
        answeredBefore = links.counters().requests();
        outage.begin(
                EventKind.TRACKING_LOST,
                "Redis at %s does not report writes, so none of its keys is cached until it does%s (%s)"
                        .formatted(redis.address(), graceInWords(), why));
    }

    private String graceInWords() {
        return origin.grace().isZero()
                ? ""
                : "; what is cached of them is served for " + Failures.seconds(origin.grace()) + " s at most";
    }

    /** Other keys are to be tracked: Redis is told so on a connection of its own. */
    void trackOthers() {
        TrackingConnection open;
        synchronized (this) {
            open = latest;
            if (connection != null) {
                connection = null;
                origin.begin(Coherence.LOST);
                become(State.DISCONNECTED, "other prefixes");
            }
        }
        if (open != null) {
            open.abort();
        }
    }

    /** The server does not offer tracking. */
    synchronized void refused(String why) {
        if (isClosed) {
            return;
        }
        connection = null;
        if (state != State.REFUSED || !detail.equals(why)) {
            log.tell(
                    EventKind.TRACKING_REFUSED,
                    redis.address().toString(),
                    "Redis at %s offers no reports of writes (%s): its keys are cached for their TTL, as without tracking"
                            .formatted(redis.address(), why));
        }
        if (origin.coherence() != Coherence.TTL) {
            origin.begin(Coherence.TTL);
        }
        become(State.REFUSED, why);
    }

    @GuardedBy("this")
    private void become(State next, String why) {
        state = next;
        detail = why;
    }

    synchronized long confirmations() {
        return confirmations;
    }

    synchronized long heartbeats() {
        return heartbeats;
    }

    synchronized boolean isClosed() {
        return isClosed;
    }

    /** Says nothing to the cache from now on, and ends the connection. */
    void close() {
        TrackingConnection open;
        synchronized (this) {
            isClosed = true;
            open = latest;
        }
        if (open != null) {
            open.abort();
        }
    }
}
