package redisproxy.resp;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.BackingCommand;

/** What the commands are about that concern an {@link OwnConnection}. Names are in lower case. */
final class OwnCommands {
    /** Redis discards the transaction, and says so, even if it is not called right. */
    static final String EXEC = "exec";

    private static final Set<String> OF_TRANSACTIONS = Set.of("multi", EXEC, "discard", "watch", "unwatch");

    /** Redis 6.2 does not tell of its commands which ones block. */
    private static final Set<String> BLOCKING = Set.of(
            "blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop", "bzpopmax", "bzpopmin", "wait", "waitaof");

    /** These block if a word of the request asks for it. */
    private static final Set<String> STREAM_READS = Set.of("xread", "xreadgroup");

    /** What a client may send at any time, and ends what it has begun. */
    private static final Set<String> LEAVES = Set.of("quit", "reset");

    /** What the proxy answers by itself, has no keys, and may nevertheless be part of a transaction. */
    private static final Set<String> QUEUED = Set.of("ping", "echo");

    private OwnCommands() {}

    /** Whether a command that needs a connection of the client's own can have one. */
    static boolean areServed(String name, @Nullable BackingCommand command) {
        return OF_TRANSACTIONS.contains(name) || mayTakeLong(name, command);
    }

    /** Whether Redis may take as long as it likes to reply to a command. */
    static boolean mayTakeLong(String name, @Nullable BackingCommand command) {
        return BLOCKING.contains(name)
                || STREAM_READS.contains(name)
                || (command != null && command.flags().contains("blocking"));
    }

    static boolean leave(String name) {
        return LEAVES.contains(name);
    }

    static boolean mayBeQueued(String name) {
        return QUEUED.contains(name);
    }
}
