package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Keeps a connection to one Sentinel on a thread of its own, and passes on what that answers and reports. Thread-safe; no
 * method blocks but {@link #join}.
 */
final class SentinelListener {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelListener.class);

    private static final long FIRST_PAUSE_MILLIS = 50;

    /** A Sentinel is found well within a second of being there. */
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final NodeConfig config;
    private final String masterName;
    private final boolean asksReplicas;
    private final Sentinels sentinels;
    private final Thread thread;

    private volatile String id = "";
    private volatile boolean isClosed;

    @GuardedBy("this")
    private @Nullable SentinelConnection connection;

    /** Whether all that is needed to ask has been set up. */
    @GuardedBy("this")
    private boolean isReady;

    /** When it was asked what it has not answered. */
    @GuardedBy("this")
    private long askedNanos;

    @GuardedBy("this")
    private boolean isAsked;

    /** Whether something happened while it was asked, so that its answer may be old. */
    @GuardedBy("this")
    private boolean isToAskAgain;

    SentinelListener(NodeConfig config, String masterName, boolean asksReplicas, Sentinels sentinels) {
        this.config = config;
        this.masterName = masterName;
        this.asksReplicas = asksReplicas;
        this.sentinels = sentinels;
        this.thread = new Thread(this::run, "redis-proxy-sentinel-" + config.address());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    NodeAddress address() {
        return config.address();
    }

    /** Returns by which id other Sentinels know it; an empty string while that is not known. */
    String id() {
        return id;
    }

    @Nullable
    String lostThread() {
        return !isClosed && thread.getState() == Thread.State.TERMINATED ? thread.getName() : null;
    }

    /** Asks anew, unless there is no connection. One that leaves a question unanswered for long is ended. */
    void ask() {
        SentinelConnection silent = null;
        synchronized (this) {
            if (!isReady || connection == null) {
                return;
            }
            if (isAsked) {
                isToAskAgain = true;
                if (System.nanoTime() - askedNanos >= SentinelConnection.LONGEST_WAIT.toNanos()) {
                    silent = connection;
                }
            } else {
                askNow(connection);
            }
        }
        if (silent != null) {
            silent.abort();
        }
    }

    @GuardedBy("this")
    private void askNow(SentinelConnection to) {
        isAsked = true;
        isToAskAgain = false;
        askedNanos = System.nanoTime();
        try {
            to.ask(masterName);
        } catch (JedisConnectionException e) {
            // The thread that reads finds out, too.
            LOG.debug("The Sentinel at {} cannot be asked", config.address(), e);
        }
    }

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        while (!isClosed) {
            boolean hasAnswered = false;
            try {
                SentinelConnection made = new SentinelConnection(config, asksReplicas);
                try {
                    connect(made);
                    hasAnswered = true;
                    readFrom(made);
                } finally {
                    disconnect();
                    made.abort();
                }
            } catch (RuntimeException | Error e) {
                if (!isClosed) {
                    sentinels.lost(this, describe(e));
                }
            }
            pause = hasAnswered ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            pauseFor(pause);
        }
    }

    private void connect(SentinelConnection made) {
        synchronized (this) {
            if (isClosed) {
                throw new JedisConnectionException("closed");
            }
            connection = made;
        }
        made.open();
        id = made.id();
        String refused = made.subscribe();
        if (refused != null) {
            sentinels.notReporting(this, refused);
        }
        made.listen();
        sentinels.identified(this);
        synchronized (this) {
            isReady = true;
            askNow(made);
        }
    }

    /** Reads until the connection ends, which ends by an exception. */
    private void readFrom(SentinelConnection made) {
        List<@Nullable Object> replies = new ArrayList<>();
        while (true) {
            Object next = made.read();
            if (made.isReport()) {
                NodeAddress promoted = SentinelConnection.promotedBy(next, masterName);
                if (promoted != null) {
                    sentinels.promoting(promoted);
                }
                ask();
                continue;
            }
            replies.add(next);
            if (replies.size() == made.replies()) {
                sentinels.answered(this, SentinelAnswer.of(replies));
                replies.clear();
                synchronized (this) {
                    isAsked = false;
                    if (isToAskAgain) {
                        askNow(made);
                    }
                }
            }
        }
    }

    private synchronized void disconnect() {
        connection = null;
        isReady = false;
        isAsked = false;
    }

    private String describe(Throwable failure) {
        boolean isItsOwn = failure instanceof TlsRefusedException || failure instanceof PasswordUnreadableException;
        Throwable root = isItsOwn ? failure : Failures.root(failure);
        String why = Failures.clause(Failures.oneLine(root));
        if (root instanceof MalformedReplyException) {
            return "the Sentinel at %s sent %s".formatted(config.address(), why);
        }
        if (!(failure instanceof JedisDataException)) {
            return "the Sentinel at %s cannot be asked: %s".formatted(config.address(), why);
        }
        if (why.startsWith("NOAUTH") || why.startsWith("WRONGPASS")) {
            return "the Sentinel at %s refuses the credentials (%s): set SENTINEL_USER and SENTINEL_PASSWORD_FILE"
                    .formatted(config.address(), why);
        }
        if (why.startsWith("ERR unknown command")) {
            return "the server at %s is no Sentinel (%s): set the hosts in REDIS_URL to Sentinels"
                    .formatted(config.address(), why);
        }
        return "the Sentinel at %s refuses to answer: %s".formatted(config.address(), why);
    }

    /** Waits for between half of the pause and all of it, so that many proxies do not come back at one time. */
    private static void pauseFor(long millis) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection, and the thread soon. */
    void close() {
        SentinelConnection open;
        synchronized (this) {
            isClosed = true;
            open = connection;
        }
        if (open != null) {
            open.abort();
        }
        thread.interrupt();
    }

    /** Waits for the end of the thread, until a moment. */
    void join(long untilNanos) throws InterruptedException {
        long millis = (untilNanos - System.nanoTime()) / 1_000_000;
        if (millis > 0) {
            thread.join(millis);
        }
    }
}
