package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.Origin;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.measure.EventLog;

/**
 * Keeps a {@link TrackingConnection} to one server on a thread of its own, makes it anew when it is lost, and tells a cache
 * what it reports. Thread-safe.
 */
final class Tracker implements AutoCloseable {
    static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    private static final long CLOSE_WAIT_MILLIS = 2_000;

    private final NodeConfig redis;
    private final TrackingConfig config;
    private final Links links;
    private final long refusedPauseMillis;
    private final TrackingState state;
    private final Runnable anew;
    private final Heartbeat heartbeat;
    private final Thread thread;

    Tracker(
            NodeConfig redis,
            TrackingConfig config,
            Links links,
            Reachability reachability,
            Duration refusedPause,
            Origin origin,
            EventLog log) {
        this.redis = redis;
        this.config = config;
        this.links = links;
        this.refusedPauseMillis = refusedPause.toMillis();
        this.state = new TrackingState(redis, config, links, reachability, origin, log);
        this.anew = state::trackOthers;
        this.heartbeat = new Heartbeat(state);
        this.thread = new Thread(this::run, "redis-proxy-tracking");
        thread.setDaemon(true);
    }

    void start() {
        config.tracked().follow(anew);
        thread.start();
        heartbeat.start(config.heartbeat().toNanos());
    }

    TrackingStatus status() {
        return state.status();
    }

    /** Returns the name of the tracking thread if it has ended, or null. */
    @Nullable
    String lostThread() {
        return thread.getState() == Thread.State.TERMINATED ? thread.getName() : null;
    }

    /** Ends the threads and the connection. Blocks for two seconds at most. */
    @Override
    public void close() {
        config.tracked().leave(anew);
        heartbeat.close();
        state.close();
        thread.interrupt();
        try {
            thread.join(CLOSE_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!state.isClosed()) {
            long confirmed = state.confirmations();
            long heard = state.heartbeats();
            try {
                keepConnection();
            } catch (TrackingRefusedException e) {
                state.refused(String.valueOf(e.getMessage()));
                pause = refusedPauseMillis;
            } catch (RuntimeException | Error e) {
                state.failed(Failures.describe(redis, e), state.confirmations() > confirmed);
                // What is lost as soon as it has been confirmed is likely to be lost again.
                boolean hasLasted = state.heartbeats() > heard;
                pause = hasLasted ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
            pauseFor(pause);
        }
    }

    /** Connects and listens; never returns but by an exception. */
    private void keepConnection() {
        TrackingConnection made = new TrackingConnection(redis);
        try {
            state.connecting(made);
            made.open();
            redis.role().verify(made, redis);
            String server = ServerIdentity.of(made);
            links.greet(made);
            List<String> prefixes = config.prefixes();
            made.track(prefixes);
            made.listenFor(state.origin());
            state.confirmed(made, server, prefixes);
            while (true) {
                InvalidationReader.Message message = made.readMessage();
                if (message == InvalidationReader.Message.REPLY) {
                    state.answered();
                } else if (message == InvalidationReader.Message.INVALIDATION) {
                    state.countMessage();
                }
            }
        } catch (JedisDataException e) {
            throw Refusals.isForGood(e) ? new TrackingRefusedException(refusal(e)) : e;
        } finally {
            made.abort();
        }
    }

    private String refusal(JedisDataException reply) {
        String error = Failures.oneLine(reply);
        String wrong = WrongPeer.byError(redis, error);
        return wrong == null ? error : wrong;
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
