package redisproxy.resp;

import java.util.Set;
import java.util.stream.Collectors;
import redisproxy.auth.KnownCommands;

/** The commands that rules may name: those of the port, and those of Redis that it does not serve, for which rules have no effect. Thread-safe. */
public final class ServedCommands implements KnownCommands {
    /** A test compares it with the table of commands. */
    static final Set<String> NAMES = Set.of("""
            acl acl|cat acl|dryrun acl|getuser acl|help acl|list acl|log acl|users acl|whoami
            auth
            cache cache|flush cache|help cache|hotkeys cache|info cache|invalidate cache|keys cache|prefixes
            client client|caching client|getname client|getredir client|help client|id client|info client|kill client|list
            client|no-evict client|no-touch client|reply client|setinfo client|setname client|tracking client|trackinginfo
            command command|count command|docs command|getkeys command|getkeysandflags command|help command|info command|list
            config config|get config|help config|resetstat config|set
            dbsize echo exists expiretime get getrange hello
            hotkeys hotkeys|get hotkeys|help hotkeys|reset hotkeys|start hotkeys|stop
            info
            latency latency|doctor latency|help latency|histogram latency|history latency|latest latency|reset
            memory memory|help memory|usage mget
            module module|help module|list
            pexpiretime ping pttl quit readonly reset select
            slowlog slowlog|get slowlog|help slowlog|len slowlog|reset
            strlen subscribe substr ttl type unsubscribe
            """.strip().split("\\s+", -1));

    /** Returns the names of those that the proxy answers by itself, whatever is passed on. */
    public static Set<String> always() {
        return NAMES.stream()
                .filter(name -> !Passing.OF_WHOLE_REDIS.contains(name))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean contains(String name) {
        int bar = name.indexOf('|');
        return NAMES.contains(name)
                || NotServed.reason(name) != null
                || (bar > 0 && hasSubcommand(name.substring(0, bar), name.substring(bar + 1)));
    }

    /** Any subcommand is taken of a container that is not served. */
    private static boolean hasSubcommand(String container, String name) {
        return NotServed.reason(container) != null || NotServed.reason(container, name) != null;
    }
}
