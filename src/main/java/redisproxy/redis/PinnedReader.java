package redisproxy.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.upstream.RawReply;

/** Opens the connection of a {@link PinnedLine}, and reads from it until it ends, on a thread of its own. Blocks that thread. */
final class PinnedReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PinnedReader.class);

    private static final String MOVED = "MOVED";

    /** So long after an attempt that failed, another server may have been told. */
    private static final Duration PAUSE = Duration.ofMillis(25);

    private final PinnedLine line;
    private final PinnedConnections pool;
    private final PinnedOutput output;
    private final byte @Nullable [] key;
    private final boolean resp3;
    private final int database;

    /**
     * Makes what opens a connection for a first client.
     *
     * @param pool says which server, and how long that may take
     * @param output is opened with the connection
     * @param key what the client is about first, which says to which server the connection leads; null for any
     */
    PinnedReader(
            PinnedLine line,
            PinnedConnections pool,
            PinnedOutput output,
            byte @Nullable [] key,
            boolean resp3,
            int database) {
        this.line = line;
        this.pool = pool;
        this.output = output;
        this.key = key;
        this.resp3 = resp3;
        this.database = database;
    }

    @Override
    public void run() {
        String error;
        try {
            error = read(open());
        } catch (BackingStoreException e) {
            error = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            error = "the proxy is shutting down";
        } catch (RuntimeException | Error e) {
            LOG.error("A connection for one client has failed", e);
            error = Failures.oneLine(e);
        }
        line.ended("ERR " + error);
    }

    private PinnedLink open() throws InterruptedException {
        long untilNanos = System.nanoTime() + pool.timeout().toNanos();
        BackingStoreException failure = BackingStoreException.unavailable("no server has been told in time", null);
        while (true) {
            NodeConfig target = pool.targets().pinTarget(key);
            if (target != null) {
                PinnedLink made = new PinnedLink(target.withDatabase(database), resp3);
                try {
                    line.leadsTo(target, made);
                    made.open();
                    output.open(made);
                    return made;
                } catch (RuntimeException e) {
                    made.abort();
                    failure = BackingStoreException.unavailable(made.describe(e), e);
                }
            }
            boolean mayWait = target == null || pool.targets().pinFailed();
            if (!mayWait || System.nanoTime() - untilNanos >= 0 || !line.awaitRetry(PAUSE)) {
                throw failure;
            }
        }
    }

    /** Reads until the connection ends. Returns why it has ended. */
    private String read(PinnedLink opened) throws InterruptedException {
        try {
            while (true) {
                if (!opened.hasBytes()) {
                    line.becomeQuiet();
                }
                line.awaitResumed();
                RawReply reply = opened.next();
                if (reply.type() == '-' && MOVED.equals(reply.errorCode())) {
                    // The next client has to be led elsewhere.
                    boolean unused = pool.targets().pinFailed();
                }
                line.receiver().received(reply);
            }
        } catch (ExcessiveReplyException e) {
            return Failures.oneLine(e);
        } catch (RuntimeException | OutOfMemoryError e) {
            Throwable earlier = output.failure();
            return opened.describe(earlier == null ? e : earlier)
                    + "; whether Redis has executed a command that it has not replied to is unknown";
        }
    }
}
