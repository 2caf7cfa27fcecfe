package redisproxy.resp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The commands of Redis that the proxy refuses with a reason: clients that read through it may well send them. */
final class NotServed {
    private static final String WRITES = "write to Redis itself";
    private static final String TRANSACTIONS = "without transactions and scripts: send them to Redis itself";
    private static final String CHANNELS = "without channels: subscribe and publish at Redis itself";
    private static final String READS = "for whole strings: ask Redis itself";

    private static final Map<String, String> REASONS = new HashMap<>();

    static {
        add(WRITES, """
                append bitfield bitop copy decr decrby del expire expireat flushall flushdb getdel getex getset hdel hincrby
                hincrbyfloat hmset hset hsetnx incr incrby incrbyfloat linsert lmove lmpop lpop lpush lpushx lrem lset ltrim
                migrate move mset msetnx persist pexpire pexpireat pfadd pfmerge psetex rename renamenx restore rpop rpoplpush
                rpush rpushx sadd set setbit setex setnx setrange smove spop srem swapdb touch unlink xadd xdel xtrim zadd
                zincrby zpopmax zpopmin zrem
                """);
        add(TRANSACTIONS, "discard eval evalsha exec fcall function multi script unwatch watch");
        add(CHANNELS, """
                psubscribe pubsub publish punsubscribe spublish ssubscribe subscribe sunsubscribe unsubscribe
                """);
        add(READS, """
                bitcount bitpos dbsize dump geodist geopos geosearch getbit hexists hget hgetall hkeys hlen hmget hscan hstrlen
                hvals keys lcs lindex llen lpos lrange memory monitor object pfcount randomkey scan scard sdiff sinter sismember
                smembers smismember sort sort_ro sscan sunion xinfo xlen xrange xread xrevrange zcard zcount zrange
                zrangebyscore zrank zrevrange zscan zscore
                """);
    }

    private NotServed() {}

    /** Returns the end of the error text about the command; null if Redis has no such command either. */
    static @Nullable String reason(String name) {
        return REASONS.get(name.toLowerCase(Locale.ROOT));
    }

    private static void add(String reason, String names) {
        names.lines().flatMap(line -> Stream.of(line.split(" ", -1))).forEach(name -> REASONS.put(name, reason));
    }
}
