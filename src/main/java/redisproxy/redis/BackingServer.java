package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the backing server has told of itself: its version, with each connection that is made to read, and its commands. For those it is asked when
 * they are wanted first, and again when a connection has been made on which commands are passed on: it may be another server then, or another
 * version. Thread-safe; no method blocks but {@link #greet}.
 */
final class BackingServer {
    /** The reply is a hundred kilobytes: a server is not asked by each connection that is made at the same time. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final AtomicLong askedNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    private volatile @Nullable String version;
    private volatile CommandTable table = CommandTable.NONE;
    private volatile boolean isWanted;

    /** Takes the version from a connection that has been made. May ask for it, which blocks the thread that makes it. */
    void greet(OneTimeConnection made) {
        String told = ServerVersion.of(made);
        if (told != null) {
            version = told;
        }
    }

    /** Returns the version that was told last; null before that. */
    @Nullable
    String version() {
        return version;
    }

    /** Returns the commands that are known, and has a server asked if that is nothing; null if there is no server yet. */
    CommandTable get(@Nullable RedisNode server) {
        isWanted = true;
        CommandTable present = table;
        if (!present.isKnown() && server != null) {
            ask(server);
        }
        return present;
    }

    /** Returns the commands that are known. */
    CommandTable known() {
        return table;
    }

    /** A server may be another one than it was. */
    void connected(RedisNode server) {
        if (isWanted) {
            ask(server);
        }
    }

    /** Has a server asked again, unless one has been asked just now or there is none. */
    void readAnew(@Nullable RedisNode server) {
        if (server != null) {
            ask(server);
        }
    }

    private void ask(RedisNode server) {
        long last = askedNanos.get();
        long now = System.nanoTime();
        if (now - last >= PAUSE_NANOS && askedNanos.compareAndSet(last, now)) {
            boolean unused = server.tryTake(List.of(new CommandsRequest(told -> table = told)));
        }
    }
}
