package redisproxy.resp;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.BackingCommand;

/** By which way a command of Redis goes that the proxy does not answer by itself. */
enum Way {
    /** Over a connection that it shares with the commands of others. */
    SHARED,
    /** Over a connection of the client's own: it changes the connection's state, or Redis answers it when something happens. */
    PINNED,
    /** As {@link #SHARED}, but only if the setting COMMANDS names it: it administers Redis, or would part it from the proxy. */
    NAMED;

    private static final Set<String> OF_CONNECTIONS = Set.of("""
            asking blmove blmovem blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin discard exec function|kill himport monitor
            multi psubscribe punsubscribe readwrite script|debug script|kill select ssubscribe subscribe sunsubscribe unsubscribe unwatch wait waitaof
            watch
            """.strip().split("\\s+", -1));

    /** Redis waits for entries only if a word of the request asks for it. */
    private static final Set<String> STREAM_READS = Set.of("xread", "xreadgroup");

    private static final Set<String> ADMINISTERING = Set.of("""
            bgrewriteaof bgsave debug failover migrate pfdebug pfselftest psync replconf replicaof restore-asking save shutdown
            slaveof sync syncslots trimslots
            acl backup config module|load module|loadex module|unload sentinel
            """.strip().split("\\s+", -1));

    /** Subcommands of CLUSTER that change nothing. */
    private static final Set<String> CLUSTER_QUESTIONS = Set.of("""
            cluster|count-failure-reports cluster|countkeysinslot cluster|getkeysinslot cluster|help cluster|info cluster|keyslot
            cluster|links cluster|myid cluster|myshardid cluster|nodes cluster|replicas cluster|shards cluster|slaves
            cluster|slot-stats cluster|slots
            """.strip().split("\\s+", -1));

    /**
     * Returns the way of all requests with that command, or null if it {@linkplain #of depends} on the request.
     *
     * @param command null if the server is not known to have it
     */
    static @Nullable Way always(@Nullable BackingCommand command, String name) {
        int bar = name.indexOf('|');
        String container = bar < 0 ? name : name.substring(0, bar);
        if (ADMINISTERING.contains(name)
                || ADMINISTERING.contains(container)
                || (container.equals("cluster") && bar >= 0 && !CLUSTER_QUESTIONS.contains(name))) {
            return NAMED;
        }
        if (STREAM_READS.contains(name) || name.equals("script")) {
            return null;
        }
        boolean isOfConnection = OF_CONNECTIONS.contains(name)
                || container.equals("client")
                || (command != null && command.flags().contains("blocking"));
        return isOfConnection ? PINNED : SHARED;
    }

    /** Returns the way of a request for which there is no way that always holds. */
    static Way of(Arguments arguments) {
        return hasBlock(arguments) || isKill(arguments) ? PINNED : SHARED;
    }

    private static boolean isKill(Arguments arguments) {
        return arguments.count() == 2
                && arguments.length(0) == "SCRIPT".length()
                && arguments.length(1) == "KILL".length()
                && arguments.text(1).equalsIgnoreCase("KILL");
    }

    private static boolean hasBlock(Arguments arguments) {
        for (int i = 1; i < arguments.count(); i++) {
            int length = arguments.length(i);
            if (length == "STREAMS".length() && arguments.text(i).equalsIgnoreCase("STREAMS")) {
                return false;
            }
            if (length == "BLOCK".length() && arguments.text(i).equalsIgnoreCase("BLOCK")) {
                return true;
            }
        }
        return false;
    }
}
