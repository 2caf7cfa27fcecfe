package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.Misses;
import redisproxy.cache.ReadThroughCache;
import redisproxy.upstream.Question;
import redisproxy.upstream.Upstream;

/**
 * The commands that read keys. Commands about values are answered from the cache, or through it. Of what is not cached, EXISTS
 * and STRLEN are asked of the backing store, which loads nothing. Commands about a key's remaining life or its type are asked
 * each time. Thread-safe.
 */
final class KeyCommands {
    private static final byte[] EMPTY_BULK = new ReplyBuilder(false).bulk("").toBytes();
    private static final List<String> READS = List.of("readonly");
    private static final List<String> READS_FAST = List.of("readonly", "fast");
    private static final String ANEW = "nondeterministic_output";
    private static final String MANY_SHARDS = "request_policy:multi_shard";
    private static final String NO_INTEGER = "ERR value is not an integer or out of range";

    private final ReadThroughCache cache;
    private final Upstream upstream;
    private final AskedKeys existence;
    private final AskedKeys lengths;
    private final KeyReads.MissingKeys loaded = this::load;

    KeyCommands(ReadThroughCache cache, Upstream upstream) {
        this.cache = cache;
        this.upstream = upstream;
        this.existence = new AskedKeys(cache, upstream, Question.About.EXISTS);
        this.lengths = new AskedKeys(cache, upstream, Question.About.STRLEN);
    }

    List<Command> all() {
        KeyPositions one = KeyPositions.FIRST_ARGUMENT;
        KeyPositions many = KeyPositions.ALL_ARGUMENTS;
        String part = "Returns a part of a string value.";
        List<Command> commands = new ArrayList<>(List.of(
                new Command(
                        spec(
                                "get",
                                2,
                                one,
                                "1.0.0",
                                "string",
                                "Returns the string value of a key, from the cache or through it."),
                        this::get),
                new Command(
                        spec("mget", -2, many, "1.0.0", "string", "Returns the string values of one or more keys.")
                                .withTips(MANY_SHARDS),
                        this::mget),
                new Command(
                        spec("exists", -2, many.ofMetadata(), "1.0.0", "generic", "Counts how many of the keys exist.")
                                .withTips(MANY_SHARDS, "response_policy:agg_sum"),
                        this::exists),
                new Command(
                        spec("strlen", 2, one.ofMetadata(), "2.2.0", "string", "Returns the length of a string value."),
                        this::strlen),
                new Command(spec("getrange", 4, one, "2.4.0", "string", part).withFlags(READS), this::getRange),
                new Command(spec("substr", 4, one, "1.0.0", "string", part).withFlags(READS), this::getRange)));
        commands.add(asked(Question.About.TTL, "1.0.0", "Returns the remaining life of a key in seconds", one, ANEW));
        commands.add(
                asked(Question.About.PTTL, "2.6.0", "Returns the remaining life of a key in milliseconds", one, ANEW));
        commands.add(
                asked(Question.About.EXPIRETIME, "7.0.0", "Returns when a key expires as a Unix time in seconds", one));
        commands.add(asked(
                Question.About.PEXPIRETIME, "7.0.0", "Returns when a key expires as a Unix time in milliseconds", one));
        commands.add(asked(Question.About.TYPE, "1.0.0", "Returns the type of the value of a key", one.ofMetadata()));
        return commands;
    }

    private static CommandSpec spec(
            String name, int arity, KeyPositions keys, String since, String group, String summary) {
        return new CommandSpec(name, arity, READS_FAST, keys, since, group, summary);
    }

    /** Makes a command of one key that is asked of the backing store each time. */
    private Command asked(Question.About about, String since, String summary, KeyPositions keys, String... tips) {
        String name = about.name().toLowerCase(Locale.ROOT);
        return new Command(
                spec(name, 2, keys, since, "generic", summary + "; asked of Redis.")
                        .withTips(tips),
                invocation -> {
                    byte[] key = invocation.arguments().bytes(1);
                    invocation.session().told.reads(key);
                    upstream.ask(new Question(about, key, QuestionReply.to(invocation.later())));
                });
    }

    /** The port's GETs do not come here: {@link RequestExecutor} looks them up together. */
    private void get(Invocation invocation) {
        boolean resp3 = invocation.session().isResp3();
        readOne(invocation, (entry, reply) -> {
            if (entry.isAbsent()) {
                reply.encoded(Reply.nil(resp3));
            } else {
                reply.value(entry);
            }
        });
    }

    private void mget(Invocation invocation) {
        int count = invocation.arguments().count();
        load(invocation, count, new ManyValues(count - 1, invocation.session().isResp3()));
    }

    private void exists(Invocation invocation) {
        ExistingKeys existing = new ExistingKeys(existence);
        read(invocation, invocation.arguments().count(), existing, existing);
    }

    private void strlen(Invocation invocation) {
        ValueLength length = new ValueLength(lengths);
        read(invocation, invocation.arguments().count(), length, length);
    }

    private void getRange(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        long start;
        long end;
        try {
            start = WholeNumber.parse(arguments.text(2));
            end = WholeNumber.parse(arguments.text(3));
        } catch (NumberFormatException e) {
            invocation.error(NO_INTEGER);
            return;
        }
        readOne(invocation, (entry, reply) -> range(entry, start, end, reply));
    }

    /** Both ends are included, and negative ones are counted from the end of the value (redis.io, "GETRANGE"). */
    private static void range(Entry entry, long start, long end, Reply reply) {
        int length = entry.valueLength();
        long from = Math.max(0, start < 0 ? length + start : start);
        long until = Math.min(length - 1L, Math.max(0, end < 0 ? length + end : end)) + 1;
        if (length == 0 || from >= until || (start < 0 && end < 0 && start > end)) {
            reply.encoded(EMPTY_BULK);
            return;
        }
        reply.slice(entry, (int) from, (int) until);
    }

    /** Encodes a reply from the value of one key. */
    private interface ValueEncoder {
        void encode(Entry entry, Reply reply);
    }

    private void readOne(Invocation invocation, ValueEncoder encoder) {
        load(invocation, 2, new OneValue(encoder));
    }

    /** Reads the keys from argument 1 up to argument {@code end}, which is not included; loads those that are not cached. */
    private void load(Invocation invocation, int end, KeyReads.Results results) {
        read(invocation, end, loaded, results);
    }

    private void load(List<KeyReads.Missing> keys) {
        Misses misses = new Misses();
        keys.forEach(key -> misses.add(key.bytes(), key));
        cache.load(misses);
    }

    private void read(Invocation invocation, int end, KeyReads.MissingKeys missing, KeyReads.Results results) {
        invocation.continueWith(new KeyReads(
                cache,
                invocation.loads(),
                missing,
                end,
                invocation.later(),
                results,
                invocation.session().near()));
    }

    private static final class OneValue implements KeyReads.Results {
        private final ValueEncoder encoder;
        private @Nullable Entry value;
        private @Nullable BackingStoreException otherType;

        OneValue(ValueEncoder encoder) {
            this.encoder = encoder;
        }

        @Override
        public void found(int key, Entry entry) {
            value = entry;
        }

        @Override
        public void foundOtherType(int key, BackingStoreException error) {
            otherType = error;
        }

        @Override
        public void complete(Reply reply) {
            if (otherType != null) {
                reply.failed(otherType);
            } else if (value != null) {
                encoder.encode(value, reply);
            }
        }
    }
}
