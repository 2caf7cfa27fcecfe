package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Asks a server, on a thread of its own, what it is: again and again until the answer is settled, and anew when it is doubted.
 * Thread-safe.
 */
final class ModeWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModeWatch.class);

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final NodeConfig asked;
    private final Follower follower;
    private final Thread thread = new Thread(this::run, "redis-proxy-mode");

    private final CurrentConnection current = new CurrentConnection();

    @GuardedBy("this")
    private boolean isSettled;

    /** Acts on what a server has told. Called on the watch's thread. */
    @FunctionalInterface
    interface Follower {
        /**
         * Acts on an answer.
         *
         * @param connection that on which the server has answered, to ask for more
         * @return whether the answer is settled
         */
        boolean follow(ServerMode mode, ControlConnection connection);
    }

    ModeWatch(NodeConfig server, Follower follower) {
        // A Sentinel and a node of a Cluster refuse any database.
        this.asked = server.withoutDatabase();
        this.follower = follower;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Has the server asked again. Does not block. */
    synchronized void doubt() {
        isSettled = false;
        notifyAll();
    }

    /** Returns the name of the thread if it has ended, or null. */
    @Nullable
    String lostThread() {
        return thread.getState() == Thread.State.TERMINATED ? thread.getName() : null;
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (true) {
                lookSafely();
                Thread.sleep(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                awaitDoubt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitDoubt() throws InterruptedException {
        while (isSettled) {
            wait();
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error e) {
            LOG.error("Asking {} what it is failed unexpectedly", asked.address(), e);
        }
    }

    private void look() {
        ControlConnection opened = open(asked);
        if (opened == null) {
            return;
        }
        ServerMode mode;
        try {
            mode = ServerMode.of(opened);
        } catch (RuntimeException e) {
            LOG.debug("Asking {} what it is failed", asked.address(), e);
            current.leave();
            return;
        }
        try {
            // Before it is followed: a doubt that comes while it is followed counts.
            settle(true);
            if (!follower.follow(mode, opened)) {
                settle(false);
            }
        } finally {
            current.leave();
        }
    }

    private synchronized void settle(boolean isIt) {
        isSettled = isIt;
    }

    /** Returns a connection to the server, or null if it takes none. */
    private @Nullable ControlConnection open(NodeConfig as) {
        try {
            return current.open(as);
        } catch (RuntimeException e) {
            current.leave();
            LOG.debug("Asking {} what it is failed", asked.address(), e);
            // A Sentinel, or a server that is another one than was meant, may not know the user of Redis.
            boolean mayNeedNone =
                    e instanceof JedisDataException && !as.credentials().equals(Credentials.NONE);
            return mayNeedNone ? open(as.withoutCredentials()) : null;
        }
    }

    /** Does not wait for the thread. */
    @Override
    public void close() {
        current.close();
        thread.interrupt();
    }
}
