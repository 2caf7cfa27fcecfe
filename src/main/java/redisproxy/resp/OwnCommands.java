package redisproxy.resp;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.BackingCommand;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/** What the commands are about that concern an {@link OwnConnection}. Names are in lower case. */
final class OwnCommands {
    /** Redis discards the transaction, and says so, even if it is not called right. */
    static final String EXEC = "exec";

    /** Redis replies once, and then sends a line for each command that it executes. */
    static final String MONITOR = "monitor";

    static final String SELECT = "select";

    static final String MULTI = "multi";
    static final String DISCARD = "discard";
    static final String WATCH = "watch";

    private static final Set<String> OF_TRANSACTIONS = Set.of(MULTI, EXEC, DISCARD, WATCH, "unwatch");

    /** Redis 6.2 does not tell of its commands which ones block. */
    private static final Set<String> BLOCKING = Set.of(
            "blmove", "blmpop", "blpop", "brpop", "brpoplpush", "bzmpop", "bzpopmax", "bzpopmin", "wait", "waitaof");

    /** These block if a word of the request asks for it. */
    private static final Set<String> STREAM_READS = Set.of("xread", "xreadgroup");

    /** A Cluster has them at the server of their slot, as if the channel were a key. */
    private static final Set<String> OF_SHARD_CHANNELS = Set.of("spublish", "ssubscribe", "sunsubscribe");

    /** Redis confirms each of their channels by a message. */
    private static final Set<String> SUBSCRIBING =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ssubscribe", "sunsubscribe");

    /** Subscribes to all channels that match. */
    static final String PATTERNS = "psubscribe";

    private static final Set<String> PUBLISHING = Set.of("publish", "spublish");

    private static final Set<String> OPPOSITES = Set.of("unsubscribe", "punsubscribe", "sunsubscribe");

    /** What a client may send at any time, and ends what it has begun. */
    private static final Set<String> LEAVES = Set.of("quit", "reset");

    /** What the proxy answers by itself, has no keys, and may nevertheless be part of a transaction. */
    private static final Set<String> QUEUED = Set.of("ping", "echo");

    /** What follows them means something else if Redis refuses them. */
    private static final Set<String> DECISIVE = Set.of(MONITOR, SELECT);

    private static final RawReply ELSEWHERE = new RawReply(List.of(ReplyBuilder.error(
            "TRYAGAIN the slot of the key is at another server of the Cluster than the client's connection leads to")));
    private static final byte[] ONE_DATABASE = ReplyBuilder.error("ERR SELECT is not allowed in cluster mode");
    private static final byte[] NOT_QUEUED = ReplyBuilder.error(
            "ERR the proxy takes no subscription as part of a transaction: subscribe before or after it");

    private static final byte[] NO_OTHER_VERSION = ReplyBuilder.error(
            "ERR HELLO cannot change the version of the protocol while the client has subscriptions, watches keys, monitors or has selected another database: SELECT the former one, UNSUBSCRIBE or UNWATCH first, or RESET");

    private OwnCommands() {}

    /** Returns the error for a client that may not send a request over a connection of its own, or null. */
    static byte @Nullable [] refusal(Relay relay, String name, ConnectionState state) {
        if (relay.mostPinned() == 0) {
            return refusal(0);
        }
        if (subscribes(name) && state.isInTransaction()) {
            return NOT_QUEUED;
        }
        return relay.isCluster() && name.equals(SELECT) ? ONE_DATABASE : null;
    }

    /** Returns the error for a client that can have no connection; there are {@code most} in all. */
    static byte[] refusal(int most) {
        return ReplyBuilder.error(
                most == 0
                        ? "ERR this command needs a connection to Redis for one client alone, and PINNED_CONNECTIONS is 0: set it to how many clients may have one"
                        : "ERR this command needs a connection to Redis for one client alone, and as many clients have one as PINNED_CONNECTIONS allows (%d): try again later, or raise it"
                                .formatted(most));
    }

    /** Whether a command is refused to users who may not use the channels that it names. */
    static boolean usesChannels(String name) {
        return opensChannels(name) || PUBLISHING.contains(name);
    }

    /** Whether a command asks for messages. */
    static boolean opensChannels(String name) {
        return subscribes(name) && !OPPOSITES.contains(name);
    }

    /** Returns the error for what the proxy cannot answer while the client has subscriptions, or null. */
    static byte @Nullable [] refusalWhileSubscribed(String name, Invocation invocation) {
        return invocation.session().isResp3() ? refusalOfVersion(name, invocation) : notWhileSubscribed(name);
    }

    /** Returns the error for what would change the version that the client's own connection speaks, which keeps something for it, or null. */
    static byte @Nullable [] refusalOfVersion(String name, Invocation invocation) {
        Arguments arguments = invocation.arguments();
        String present = invocation.session().isResp3() ? "3" : "2";
        boolean mayChange = name.equals("hello")
                && arguments.count() > 1
                && !arguments.text(1).equals(present);
        return mayChange ? NO_OTHER_VERSION : null;
    }

    /** Whether Redis replies to a command by messages that confirm its channels. */
    static boolean subscribes(String name) {
        return SUBSCRIBING.contains(name);
    }

    /** Whether a client that speaks RESP2 may send it while it has subscriptions. */
    static boolean areForSubscribers(String name) {
        return subscribes(name) || LEAVES.contains(name) || name.equals("ping");
    }

    /** Returns Redis's error for a command that is not {@linkplain #areForSubscribers for subscribers}. */
    static byte[] notWhileSubscribed(String name) {
        return ReplyBuilder.error(
                "ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context"
                        .formatted(name));
    }

    /** Whether what follows a command is to wait until Redis has replied to it. */
    static boolean decides(String name) {
        return DECISIVE.contains(name);
    }

    /** Whether the first argument of a command is a channel that belongs to a slot of a Cluster. */
    static boolean nameShardChannels(String name) {
        return OF_SHARD_CHANNELS.contains(name);
    }

    /** Whether a command that needs a connection of the client's own can have one. */
    static boolean areServed(String name, @Nullable BackingCommand command) {
        return OF_TRANSACTIONS.contains(name)
                || subscribes(name)
                || DECISIVE.contains(name)
                || name.equals(Unblock.NAME)
                || mayTakeLong(name, command)
                || endsScripts(name);
    }

    /** Whether a command ends a script, behind which it would wait on a connection that others share. */
    static boolean endsScripts(String name) {
        // Redis 6 tells of no subcommands: then the request has said which one it is.
        return name.equals("script|kill") || name.equals("function|kill") || name.equals("script");
    }

    /** Whether Redis may take as long as it likes to reply to a command. */
    static boolean mayTakeLong(String name, @Nullable BackingCommand command) {
        return BLOCKING.contains(name)
                || STREAM_READS.contains(name)
                || (command != null && command.flags().contains("blocking"));
    }

    /** Returns a reply as a client may get it: instead of an address that a server of a Cluster refers it to, the advice to ask again. */
    static RawReply withoutRedirection(RawReply raw) {
        String code = raw.type() == '-' ? raw.errorCode() : null;
        return "MOVED".equals(code) || "ASK".equals(code) ? ELSEWHERE : raw;
    }

    /** Whether the proxy answers a command by itself, whatever else the client has at Redis; its own channel is not part of a transaction. */
    static boolean leave(String name, ConnectionState state) {
        return LEAVES.contains(name) || (subscribes(name) && !state.isInTransaction());
    }

    static boolean mayBeQueued(String name) {
        return QUEUED.contains(name);
    }
}
