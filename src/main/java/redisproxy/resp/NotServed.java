package redisproxy.resp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The commands of Redis that the proxy refuses with a reason: clients that read through it may well send them. */
final class NotServed {
    private static final String WRITES = "write to Redis itself, or have COMMANDS allow it";
    private static final String TRANSACTIONS = "without transactions and scripts: send them to Redis itself";
    static final String CHANNELS = "without channels: subscribe and publish at Redis itself";
    private static final String KEYS =
            "that does not know all keys: ask Redis itself, or CACHE KEYS and CACHE HOTKEYS of what is cached";
    private static final String READS = "for whole strings: ask Redis itself";
    private static final String ADMINISTRATION = "that administers nothing: ask Redis itself";
    private static final String TOPOLOGY = "that looks like a single server: ask Redis itself";
    private static final String MODULES = "without modules: ask Redis itself";
    private static final String USERS = "whose users are in a file of its own (ACL_FILE): change that";
    private static final String SETTINGS =
            "which writes no settings: what is to hold after its end belongs into the file of --config";
    private static final String MEMORY = "whose memory INFO memory tells";
    private static final String PAUSES =
            "whose connections to Redis many clients share, so that all of them would wait behind one: ask Redis itself";
    private static final String SUBCOMMANDS = "which has no such state for a connection: ask Redis itself";

    private static final Map<String, String> REASONS = new HashMap<>();

    /** Commands of modules have a name that begins with the module's, and a dot. */
    private static final Set<String> MODULE_NAMES = Set.of(
            "_ft",
            "ai",
            "bf",
            "cf",
            "cms",
            "ft",
            "graph",
            "json",
            "rg",
            "search",
            "tdigest",
            "timeseries",
            "topk",
            "ts");

    static {
        add(WRITES, """
                append ardel ardelrange arinsert armset arring arset bitfield bitop blmove blmovem blmpop blpop brpop brpoplpush
                bzmpop bzpopmax bzpopmin copy decr decrby del delex expire expireat flushall flushdb geoadd georadius
                georadiusbymember geosearchstore getdel getex getset hdel hexpire hexpireat hgetdel hgetex himport hincrby
                hincrbyfloat hmset hpersist hpexpire hpexpireat hset hsetex hsetnx incr incrby incrbyfloat increx linsert lmove
                lmovem lmpop lpop lpush lpushx lrem lset ltrim migrate move mset msetex msetnx persist pexpire pexpireat pfadd
                pfmerge psetex rename renamenx restore restore-asking rpop rpoplpush rpush rpushx sadd sdiffstore set setbit
                setex setnx setrange sexpire sexpireat sflush sinterstore smove sort spersist spexpire spexpireat spop srem
                sunionstore swapdb touch trimslots unlink vadd vrem vsetattr xack xackdel xadd xautoclaim xcfgset xclaim xdel
                xdelex xgroup xnack xreadgroup xsetid xtrim zadd zdiffstore zincrby zinterstore zmpop zpopmax zpopmin
                zrangestore zrem zremrangebylex zremrangebyrank zremrangebyscore zunionstore
                """);
        add(TRANSACTIONS, """
                discard eval eval_ro evalsha evalsha_ro exec fcall fcall_ro function multi script tfcall tfcallasync tfunction
                unwatch watch
                """);
        add(CHANNELS, """
                psubscribe pubsub publish punsubscribe spublish ssubscribe sunsubscribe
                """);
        add(READS, """
                aragg arcount arget argetrange argrep arinfo arlastitems arlen armget arnext arop arscan arseek bitcount
                bitfield_ro bitpos digest dump geodist geohash geopos georadius_ro georadiusbymember_ro geosearch getbit
                hexists hexpiretime hget hgetall hkeys hlen hmget hpexpiretime hpttl hrandfield hscan hstrlen httl hvals
                lcs lindex llen lpos lrange object pfcount scard sdiff sdiffcard sexpiretime sinter sintercard
                sismember smembers smismember sort_ro spexpiretime spttl srandmember sscan sttl sunion sunioncard vcard vdim vemb
                vgetattr vinfo vismember vlinks vrandmember vrange vsim xinfo xlen xpending xrange xread xrevrange zcard zcount
                zdiff zinter zintercard zlexcount zmscore zrandmember zrange zrangebylex zrangebyscore zrank zrevrange
                zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion
                """);
        add(KEYS, """
                keys randomkey scan
                """);
        add(ADMINISTRATION, """
                backup bgrewriteaof bgsave commandlog debug gcra lastsave latency|graph lolwut monitor pfdebug pfselftest save
                shutdown time
                """);
        add(TOPOLOGY, """
                asking cluster clusterscan failover psync readwrite replconf replicaof role sentinel slaveof sync syncslots wait
                waitaof
                """);
        add(USERS, """
                acl|deluser acl|genpass acl|load acl|save acl|setuser
                """);
        add(SETTINGS, """
                config|rewrite
                """);
        add(MEMORY, """
                memory|doctor memory|malloc-stats memory|purge memory|stats
                """);
        add(MODULES, """
                module|load module|loadex module|unload
                """);
        add(SUBCOMMANDS, """
                client|capa client|import-source client|unblock
                """);
        add(PAUSES, """
                client|pause client|unpause
                """);
    }

    private NotServed() {}

    /** Returns the end of the error text about the command; null if Redis has no such command either. */
    static @Nullable String reason(String name) {
        String known = name.toLowerCase(Locale.ROOT);
        if (known.indexOf('|') >= 0) {
            return null;
        }
        int dot = known.indexOf('.');
        return dot > 0 && MODULE_NAMES.contains(known.substring(0, dot)) ? MODULES : REASONS.get(known);
    }

    /** Returns the end of the error text about the subcommand; null if Redis has no such subcommand either. */
    static @Nullable String reason(String container, String name) {
        return REASONS.get((container + "|" + name).toLowerCase(Locale.ROOT));
    }

    private static void add(String reason, String names) {
        names.lines().flatMap(line -> Stream.of(line.split(" ", -1))).forEach(name -> REASONS.put(name, reason));
    }
}
