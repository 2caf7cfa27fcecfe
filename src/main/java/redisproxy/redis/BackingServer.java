package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the backing server has told of itself: its version, with each connection that is made to read, and its commands. For those it is asked when
 * they are wanted first, and again when a connection has been made on which commands are passed on: it may be another server then, or another
 * version. Thread-safe; no method blocks but {@link #greet}.
 */
final class BackingServer {
    /** The reply is a hundred kilobytes: a server is not asked by each connection that is made at the same time. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    /** One that has not answered may be about to: clients wait for a moment. */
    private static final long PAUSE_OF_FAILED_NANOS = Duration.ofMillis(50).toNanos();

    private final LongSupplier nanoTime;

    /** When a server may be asked again. */
    private final AtomicLong askableNanos;

    private volatile @Nullable String version;
    private volatile CommandTable table = CommandTable.NONE;
    private volatile boolean isWanted;

    BackingServer() {
        this(System::nanoTime);
    }

    /** Makes what is known of a server at first: nothing. */
    BackingServer(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.askableNanos = new AtomicLong(nanoTime.getAsLong());
    }

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
        long askable = askableNanos.get();
        long now = nanoTime.getAsLong();
        if (now - askable < 0 || !askableNanos.compareAndSet(askable, now + PAUSE_NANOS)) {
            return;
        }
        CommandsRequest question = new CommandsRequest(told -> table = told, this::hasFailed);
        if (!server.tryTake(List.of(question))) {
            hasFailed();
        }
    }

    private void hasFailed() {
        askableNanos.set(nanoTime.getAsLong() + PAUSE_OF_FAILED_NANOS);
    }
}
