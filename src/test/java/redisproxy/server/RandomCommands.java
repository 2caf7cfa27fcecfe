package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Random commands of all groups on few keys, some of them wrong. Left out is what two servers of Redis do not answer alike: what depends on
 * the time, on chance, on the order in a hash table, or on who is connected.
 */
final class RandomCommands {
    private static final Pattern BAR = Pattern.compile("\\|");
    private static final Pattern SPACE = Pattern.compile(" ");

    /** {@code k} stands for a key, {@code v} for a value, {@code n} for a number, {@code f} for a field; all else for itself. */
    private static final List<String> FORMS = List.of(
            "GET k|GET k|GET k|GET k|GET k|MGET k k k|MGET k|GETRANGE k n n|SUBSTR k n n|EXISTS k k|STRLEN k|TYPE k",
            "SET k v|SET k v|SET k v|SET k v NX|SET k v XX|SET k v GET|SET k n|SET k v EX 100000|SET k v KEEPTTL|SETNX k v",
            "SETEX k 100000 v|PSETEX k 100000000 v|SET k v EX 0|SET k v EX x|SET k v NX XX|GETSET k v|GETDEL k|GETEX k PERSIST",
            "MSET k v k v|MSETNX k v k v|APPEND k v|SETRANGE k 3 v|INCR k|DECR k|INCRBY k n|DECRBY k n|INCRBYFLOAT k 1.5",
            "DEL k|DEL k k k|UNLINK k k|TOUCH k k|RENAME k k|RENAMENX k k|COPY k k|COPY k k REPLACE|PERSIST k|EXPIRE k 100000",
            "PEXPIREAT k 33177117420000|EXPIRE k -1|EXPIRE k x|OBJECT ENCODING k|SORT k ALPHA|KEYS a|DBSIZE|TTL absent|PTTL absent",
            "SETBIT k 7 1|GETBIT k 7|BITCOUNT k|BITPOS k 1|BITOP NOT k k|BITFIELD k GET u8 0|BITFIELD k SET u8 0 n|LCS k k",
            "LPUSH k v v|RPUSH k v|LPUSHX k v|LPOP k|RPOP k|RPOP k 2|LRANGE k 0 -1|LLEN k|LINDEX k n|LSET k 0 v|LREM k 0 v|LTRIM k 0 2",
            "LINSERT k BEFORE v v|LMOVE k k LEFT RIGHT|RPOPLPUSH k k|LPOS k v",
            "HSET k f v f v|HSETNX k f v|HGET k f|HMGET k f f|HGETALL k|HDEL k f|HLEN k|HEXISTS k f|HINCRBY k f n|HKEYS k|HVALS k|HSTRLEN k f",
            "SADD k 1 2 3|SADD k 4|SREM k 1|SISMEMBER k 1|SMISMEMBER k 1 n|SCARD k|SINTERSTORE k k k|SUNIONSTORE k k k",
            "ZADD k 1 v|ZADD k n f|ZADD k NX CH 2 f|ZINCRBY k 1.5 f|ZSCORE k f|ZMSCORE k f v|ZRANK k f|ZRANGE k 0 -1|ZRANGE k 0 -1 WITHSCORES",
            "ZRANGEBYSCORE k -inf +inf|ZREM k f|ZCARD k|ZCOUNT k -inf +inf|ZPOPMIN k|ZPOPMAX k 2 |ZREVRANGE k 0 -1 WITHSCORES|ZUNIONSTORE k 2 k k",
            "XADD k 1-1 f v|XADD k 5-* f v|XRANGE k - +|XLEN k|XDEL k 1-1|XREAD COUNT 2 STREAMS k 0|XTRIM k MAXLEN 1|XINFO STREAM k",
            "PFADD k v v|PFCOUNT k|PFMERGE k k|GEOADD k 13.361389 38.115556 v|GEOPOS k v|GEODIST k v v|GEOHASH k v",
            "EVAL script:get 1 k|EVAL script:set 1 k v|EVAL script:error 0|EVAL script:nested 0|EVALSHA ffffffffffffffffffffffffffffffffffffffff 0",
            "PUBLISH channel v|ECHO v|PING|PING v|TYPE absent|NONSENSE k v|OBJECT NONSENSE k|MEMORY NONSENSE|SCRIPT EXISTS ffffffffffffffffffffffffffffffffffffffff",
            "FLUSHDB|FLUSHALL|SWAPDB 0 1|SWAPDB 0 x|SELECT x");

    private static final List<String> ALL =
            FORMS.stream().flatMap(BAR::splitAsStream).map(String::strip).toList();

    private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "numbers", "", "k\r\n\u00e9");
    private static final List<String> VALUES = List.of("", "v", "10", "-3", "3.5", "a\r\nb", "x".repeat(60), "\u00fc");
    private static final List<String> NUMBERS = List.of("0", "1", "-1", "2", "7", "9223372036854775807", "x", "");
    private static final List<String> FIELDS = List.of("f", "g", "");

    private final Random random;

    RandomCommands(long seed) {
        this.random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    String[] next() {
        // All keys go with some commands, so these are rare.
        String form = any(ALL.subList(0, random.nextInt(40) == 0 ? ALL.size() : ALL.size() - 5));
        List<String> words = new ArrayList<>();
        SPACE.splitAsStream(form).map(this::word).forEach(words::add);
        if (random.nextInt(25) == 0) {
            // Too few arguments, or too many.
            if (random.nextBoolean()) {
                words.remove(words.size() - 1);
            } else {
                words.add(any(VALUES));
            }
        }
        if (words.isEmpty()) {
            words.add("PING");
        }
        if (random.nextInt(4) == 0) {
            words.set(0, words.get(0).toLowerCase(Locale.ROOT));
        }
        return words.toArray(String[]::new);
    }

    private String word(String word) {
        return switch (word) {
            case "k" -> any(KEYS);
            case "v" -> any(VALUES);
            case "n" -> any(NUMBERS);
            case "f" -> any(FIELDS);
            case "script:get" -> "return redis.call('get', KEYS[1])";
            case "script:set" -> "return redis.call('set', KEYS[1], ARGV[1])";
            case "script:error" -> "return redis.error_reply('MINE wrong')";
            case "script:nested" -> "return {1, 'two', {3, false, {ok='four'}}}";
            default -> word;
        };
    }

    private String any(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
