package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinnedConnection;

/**
 * One connection that one client after the other has to itself: which client has it at present, and whether another one may have it next.
 * A {@link PinnedReader} opens it and reads from it. Thread-safe, and no method for clients blocks.
 */
final class PinnedLine {
    /*
     * Between two uses, nothing may be on its way from Redis: it would be taken for a reply to the next client. So a line that is given
     * back serves another client only when the reading thread has found nothing more to read, and it ends if anything arrives before
     * the next client has sent a request.
     * The lock of a line may be held when that of the pool or of its output is taken, and never the other way round.
     */
    private static final Logger LOG = LoggerFactory.getLogger(PinnedLine.class);

    private final PinnedConnections pool;
    private final boolean resp3;
    private final int database;
    private final PinnedOutput output;
    private final ReplyDeadline deadline = new ReplyDeadline();
    private final Use first;
    private final PinnedReader reader;

    /** Null while no client has it. */
    @GuardedBy("this")
    private @Nullable Use use;

    /** Null before the first attempt to connect. */
    @GuardedBy("this")
    private @Nullable PinnedLink link;

    /** The server that it leads to; null before the first attempt to connect. */
    @GuardedBy("this")
    private @Nullable NodeConfig server;

    /** Whether Redis may be about to end what the present client waits for, so that the line must not become another's. */
    @GuardedBy("this")
    private boolean isUnblocked;

    /** Whether the reading thread has found nothing more to read. */
    @GuardedBy("this")
    private boolean isQuiet;

    @GuardedBy("this")
    private boolean isPaused;

    @GuardedBy("this")
    private boolean isEnded;

    /** What a client asks for. */
    record Kind(@Nullable NodeAddress address, boolean resp3, int database) {}

    /** Makes a line for a first client, whose {@linkplain #reader reader} opens it. */
    PinnedLine(PinnedConnections pool, byte @Nullable [] key, boolean resp3, int database, PinListener listener) {
        this.pool = pool;
        this.resp3 = resp3;
        this.database = database;
        this.output = new PinnedOutput(pool);
        this.first = new Use(listener);
        this.use = first;
        this.reader = new PinnedReader(this, pool, output, key, resp3, database);
    }

    /** One client's use of it. */
    private final class Use implements PinnedConnection {
        private final PinListener listener;

        Use(PinListener listener) {
            this.listener = listener;
        }

        @Override
        public void send(byte[] request) {
            PinnedLine.this.send(this, request);
        }

        @Override
        public void expect(long nanos) {
            deadline.begin(nanos);
        }

        @Override
        public void unblock(boolean byError, PassListener answer) {
            PinnedLine.this.unblock(this, byError, answer);
        }

        @Override
        public void pause() {
            setPaused(this, true);
        }

        @Override
        public void resume() {
            setPaused(this, false);
        }

        @Override
        public void giveBack() {
            PinnedLine.this.giveBack(this);
        }

        @Override
        public void close() {
            PinnedLine.this.close(this);
        }
    }

    /* --------------- Clients --------------- */

    /** Returns the first client's use. */
    PinnedConnection first() {
        return first;
    }

    /** Returns whether a client that asks for that may have it next. */
    synchronized boolean isOf(Kind kind) {
        return kind.equals(new Kind(server == null ? null : server.address(), resp3, database));
    }

    /** Gives it to the next client; returns null if it has ended meanwhile. */
    synchronized @Nullable PinnedConnection reuse(PinListener listener) {
        if (isEnded || use != null) {
            return null;
        }
        output.reuse();
        use = new Use(listener);
        return use;
    }

    private synchronized void send(Use by, byte[] request) {
        if (use == by) {
            output.add(request);
        }
    }

    private synchronized void setPaused(Use by, boolean paused) {
        if (use == by) {
            isPaused = paused;
            notifyAll();
        }
    }

    private synchronized void unblock(Use by, boolean byError, PassListener answer) {
        long id = link == null ? 0 : link.id();
        if (use != by || server == null || id == 0 || isUnblocked) {
            Unblocking.decline(answer);
            return;
        }
        isUnblocked = true;
        Unblocking unblocking = new Unblocking(server, id, byError, answer);
        try {
            pool.execute(() -> {
                if (unblocking.run()) {
                    wasUnblocked();
                }
            });
        } catch (RuntimeException | Error e) {
            // No thread can be made.
            answer.failed("ERR no thread to unblock a client: " + Failures.oneLine(e), /* isInDoubt= */ false);
            answer.flush();
        }
    }

    private synchronized void wasUnblocked() {
        isUnblocked = false;
    }

    private synchronized void giveBack(Use by) {
        if (use != by) {
            return;
        }
        use = null;
        isPaused = false;
        notifyAll();
        if (!output.isIdle() || isUnblocked) {
            end();
        } else if (isQuiet && !isEnded) {
            pool.idle(this);
        }
    }

    private synchronized void close(Use by) {
        if (use == by) {
            use = null;
            end();
        }
    }

    /** Ends it if Redis has left the client without a reply for too long. */
    void endIfOverdue(Duration timeout) {
        boolean isStopped;
        long received;
        synchronized (this) {
            isStopped = isPaused || use == null || !output.isOpen();
            received = link == null ? 0 : link.received();
        }
        if (deadline.isOver(isStopped, received + output.sent(), timeout.toNanos())) {
            output.fail(new SocketTimeoutException("no reply within %s s".formatted(Failures.seconds(timeout))));
        }
    }

    /** Ends it; the client that has it is told why. */
    synchronized void end() {
        isEnded = true;
        output.end();
        notifyAll();
        if (link != null) {
            pool.abort(link);
        }
    }

    /* --------------- The thread that reads --------------- */

    /** Returns what opens it and reads from it, to be run once. */
    PinnedReader reader() {
        return reader;
    }

    /** An attempt is made to connect to this server. Fails if the line has ended. */
    synchronized void leadsTo(NodeConfig to, PinnedLink made) {
        if (isEnded) {
            throw BackingStoreException.unavailable("the connection is closed", null);
        }
        link = made;
        server = to;
    }

    /** Waits before another attempt; returns false if the line has ended and there is to be none. */
    @SuppressWarnings("WaitNotInLoop") // Who is woken early tries early.
    synchronized boolean awaitRetry(Duration pause) throws InterruptedException {
        if (isEnded) {
            return false;
        }
        wait(pause.toMillis());
        return true;
    }

    /** All that has arrived has been read. */
    void becomeQuiet() {
        Use present;
        synchronized (this) {
            present = use;
        }
        if (present != null) {
            present.listener.flush();
        }
        synchronized (this) {
            isQuiet = true;
            if (use == null && !isEnded) {
                pool.idle(this);
            }
        }
    }

    /** Waits while the client does not take what arrives. */
    synchronized void awaitResumed() throws InterruptedException {
        while (isPaused && !isEnded) {
            wait();
        }
    }

    /** Returns for whom what has arrived is. */
    synchronized PinListener receiver() {
        isQuiet = false;
        Use present = use;
        if (present == null || !output.hasBegun()) {
            throw new MalformedReplyException("a reply to no request");
        }
        return present.listener;
    }

    /** Nothing is read any more, for the reason that {@code error} tells the client that has it. */
    void ended(String error) {
        Use last;
        synchronized (this) {
            end();
            last = use;
            use = null;
        }
        pool.ended(this);
        if (last != null) {
            try {
                last.listener.ended(error);
            } catch (RuntimeException | Error e) {
                LOG.error("Telling a client that its connection to Redis has ended failed", e);
            }
        }
    }
}
