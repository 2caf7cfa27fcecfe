package redisproxy.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol;

/**
 * Looks, on a thread of its own, whether a replica that the Sentinels are making a master is one yet. Sentinels find that out
 * up to a second later, because they ask it once per second. Thread-safe; no method blocks.
 */
final class Promotion implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Promotion.class);

    /** A Sentinel waits for longer, and tells the end itself. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private static final long PAUSE_MILLIS = 40;

    private final NodeConfig candidate;
    private final Consumer<NodeAddress> found;
    private final Thread thread;

    private volatile boolean isOver;

    private final CurrentConnection current = new CurrentConnection();

    /** Null while there is none. Used by the thread alone. */
    private @Nullable ControlConnection connection;

    /** Makes a look-out that has not begun. */
    Promotion(NodeConfig candidate, Consumer<NodeAddress> found) {
        this.candidate = candidate;
        this.found = found;
        this.thread = new Thread(this::run, "redis-proxy-promotion");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Returns whether it looks after this server, still. */
    boolean isOf(NodeAddress address) {
        return !isOver && candidate.address().equals(address);
    }

    private void run() {
        long startedNanos = System.nanoTime();
        try {
            while (!isOver && System.nanoTime() - startedNanos < LONGEST.toNanos()) {
                if (isMaster()) {
                    found.accept(candidate.address());
                    return;
                }
                Thread.sleep(ThreadLocalRandom.current().nextLong(PAUSE_MILLIS / 2, PAUSE_MILLIS + 1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            isOver = true;
            leave();
        }
    }

    private boolean isMaster() {
        try {
            ControlConnection asked = connection;
            if (asked == null) {
                asked = current.open(candidate);
                connection = asked;
            }
            return ServerRole.isMaster(asked.ask(Protocol.Command.ROLE));
        } catch (RuntimeException e) {
            LOG.debug("Whether {} is a master is not known", candidate.address(), e);
            leave();
            return false;
        }
    }

    private void leave() {
        connection = null;
        current.leave();
    }

    /** Ends the thread soon. */
    @Override
    public void close() {
        isOver = true;
        thread.interrupt();
        current.close();
    }
}
