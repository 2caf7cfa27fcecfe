package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Random commands of all groups on few keys, some of them wrong. Left out is what two servers of Redis do not answer alike: what depends on
 * the time, on chance, on the order in a hash table (as ZSCAN and SORT BY with equal weights, since SORT makes one of a sorted set), or on who
 * is connected.
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
            "BITFIELD k INCRBY i5 100 1 OVERFLOW SAT INCRBY u2 0 n GET u4 0|BITFIELD k OVERFLOW FAIL INCRBY u2 102 1|BITFIELD_RO k GET u8 0",
            "BITOP AND k k k|BITOP XOR k k k|BITCOUNT k 0 -1|BITCOUNT k 0 n BIT|BITPOS k 0 1 -1|SETBIT k n 1|SETRANGE k n v",
            "ZRANGE k 0 -1 REV|ZRANGE k (1 +inf BYSCORE LIMIT 0 2|ZRANGE k [a + BYLEX WITHSCORES|ZRANGE k - + BYLEX|ZRANGESTORE k k 0 1",
            "ZRANGEBYLEX k - (g|ZREVRANGEBYLEX k + -|ZREVRANGEBYSCORE k +inf -inf WITHSCORES LIMIT 0 2|ZLEXCOUNT k - +|ZREMRANGEBYRANK k 0 0",
            "ZREMRANGEBYSCORE k 5 (7|ZREMRANGEBYLEX k [f (g|ZINTER 2 k k WITHSCORES|ZUNION 2 k k WEIGHTS 1 2 AGGREGATE MAX WITHSCORES|ZDIFF 2 k k",
            "ZINTERSTORE k 2 k k AGGREGATE MIN|ZDIFFSTORE k 2 k k|ZREVRANK k f|ZADD k GT CH n g|ZADD k XX INCR n f|ZMPOP 2 k k MIN|ZINTERCARD 2 k k",
            "XADD k NOMKSTREAM 2-1 f v|XADD k MAXLEN 2 n-1 f v|XREVRANGE k + - COUNT 2|XREAD COUNT 1 STREAMS k k 0 0|XSETID k 9-9|XTRIM k MINID 5",
            "XGROUP CREATE k group 0|XGROUP CREATE k group 0 MKSTREAM|XGROUP CREATECONSUMER k group one|XGROUP SETID k group 0|XGROUP DESTROY k group",
            "XREADGROUP GROUP group one COUNT 1 STREAMS k >|XREADGROUP GROUP group two STREAMS k 0|XACK k group 1-1 5-0|XPENDING k group",
            "XCLAIM k group two 0 1-1 JUSTID|XAUTOCLAIM k group two 0 0 JUSTID|XGROUP DELCONSUMER k group one|XINFO GROUPS k",
            "GEOADD k NX CH 15.087269 37.502669 f 13.361389 38.115556 v|GEOSEARCH k FROMLONLAT 15 37 BYRADIUS 200 km ASC WITHCOORD WITHDIST",
            "GEOSEARCH k FROMMEMBER f BYBOX 400 400 km DESC COUNT 2|GEOSEARCHSTORE k k FROMLONLAT 15 37 BYRADIUS 200 km STOREDIST",
            "GEORADIUS k 15 37 200 km ASC WITHHASH|GEORADIUS k 15 37 200 km STORE k|GEORADIUSBYMEMBER k f 200 km ASC|GEODIST k f v km",
            "PFADD k|PFCOUNT k k|PFMERGE k k k|SORT k BY nosort LIMIT 0 2|SORT k ALPHA DESC STORE k|SORT k GET # GET a* ALPHA|SORT_RO k ALPHA",
            "OBJECT REFCOUNT k|OBJECT FREQ k|OBJECT HELP|RESTORE k 0 v|COPY k k DB 1 REPLACE|COPY k k DB 1|MOVE k 1|MOVE k 0|RENAME absent k",
            "SET k v PXAT 33177117420000|SET k v EXAT 33177117420 GET|EXPIREAT k 33177117420 NX|PEXPIRE k 100000000 XX|EXPIREAT k 33177117421 GT",
            "EXPIRE k 0|PEXPIREAT k 1|GETEX k EX 100000|GETEX k PXAT 33177117420000|GETEX k EXAT 1|GETEX k PX 0|EXPIRE k 100000 NX XX",
            "LPOS k v COUNT 0 RANK -1|LINSERT k AFTER v v|LMPOP 2 k k RIGHT COUNT 2|RPUSHX k v|HINCRBYFLOAT k f 1.5|HSCAN k 0 MATCH f*",
            "BLPOP k k 0.01|BLMOVE k k LEFT RIGHT 0.01|BZPOPMIN k 0.01|XREAD COUNT 1 BLOCK 10 STREAMS k 0|BLPOP k x",
            "SDIFF k k|SINTER k k|SUNION k k|SMOVE k k 1|SDIFFSTORE k k k|SINTERCARD 2 k k LIMIT 1|SSCAN k 0",
            "EVAL script:two 2 k k v|EVAL script:pcall 1 k|EVAL script:types 0|EVAL_RO script:get 1 k|EVAL_RO script:set 1 k v|EVAL script:get x k",
            "SCRIPT LOAD script:get|EVALSHA sha:get 1 k|FUNCTION LOAD REPLACE library|FCALL setter 1 k v|FCALL_RO setter 1 k v|FCALL getter 1 k",
            "PUBLISH channel v|ECHO v|PING|PING v|TYPE absent|NONSENSE k v|OBJECT NONSENSE k|SCRIPT EXISTS ffffffffffffffffffffffffffffffffffffffff",
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
            case "sha:get" -> "4e6d8fc8bb01276962cce5371fa795a7763657ae";
            case "script:two" -> "redis.call('set', KEYS[1], ARGV[1]); return redis.call('append', KEYS[2], 'more')";
            case "script:pcall" ->
                "local e = redis.pcall('incr', KEYS[1]); if type(e) == 'table' then return e.err end return e";
            case "script:types" ->
                "redis.setresp(3); return {true, false, 3.7, {map={a=1}}, {double=1.5}, {set={x=true}}}";
            case "library" ->
                "#!lua name=mine\nredis.register_function('setter', function(k, a) return redis.call('set', k[1], a[1]) end)\n"
                        + "redis.register_function{function_name='getter', callback=function(k) return redis.call('get', k[1]) end, flags={'no-writes'}}";
            case "script:nested" -> "return {1, 'two', {3, false, {ok='four'}}}";
            default -> word;
        };
    }

    private String any(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
