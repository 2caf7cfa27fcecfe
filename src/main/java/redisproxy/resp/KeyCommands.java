package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;
import redisproxy.upstream.Question;
import redisproxy.upstream.Upstream;

/**
 * The commands that read keys. Commands about values are answered from the cache, or through it. Commands about a key's
 * remaining life or its type are asked of the backing store each time. Thread-safe.
 */
final class KeyCommands {
    private static final byte[] EMPTY_BULK = new ReplyBuilder(false).bulk("").toBytes();
    private static final List<String> READS = List.of("readonly");
    private static final List<String> READS_FAST = List.of("readonly", "fast");
    private static final String MANY_SHARDS = "request_policy:multi_shard";
    private static final String NO_INTEGER = "ERR value is not an integer or out of range";

    private final ReadThroughCache cache;
    private final Upstream upstream;

    KeyCommands(ReadThroughCache cache, Upstream upstream) {
        this.cache = cache;
        this.upstream = upstream;
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
        Stream.of(Question.About.values()).map(this::question).forEach(commands::add);
        return commands;
    }

    private static CommandSpec spec(
            String name, int arity, KeyPositions keys, String since, String group, String summary) {
        return new CommandSpec(name, arity, READS_FAST, keys, since, group, summary);
    }

    private Command question(Question.About about) {
        String name = about.name().toLowerCase(Locale.ROOT);
        String summary = switch (about) {
            case TTL -> "Returns the remaining life of a key in seconds; asked of Redis.";
            case PTTL -> "Returns the remaining life of a key in milliseconds; asked of Redis.";
            case EXPIRETIME -> "Returns when a key expires as a Unix time in seconds; asked of Redis.";
            case PEXPIRETIME -> "Returns when a key expires as a Unix time in milliseconds; asked of Redis.";
            case TYPE -> "Returns the type of the value of a key; asked of Redis.";
        };
        String since = switch (about) {
            case TTL, TYPE -> "1.0.0";
            case PTTL -> "2.6.0";
            case EXPIRETIME, PEXPIRETIME -> "7.0.0";
        };
        KeyPositions value = KeyPositions.FIRST_ARGUMENT;
        KeyPositions keys = about == Question.About.TYPE ? value.ofMetadata() : value;
        String[] tips = switch (about) {
            case TTL, PTTL -> new String[] {"nondeterministic_output"};
            case EXPIRETIME, PEXPIRETIME, TYPE -> new String[0];
        };
        return new Command(
                spec(name, 2, keys, since, "generic", summary).withTips(tips),
                invocation -> upstream.ask(
                        new Question(about, invocation.arguments().bytes(1), new QuestionReply(invocation.later()))));
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
        read(invocation, count, new ManyValues(count - 1, invocation.session().isResp3()));
    }

    private void exists(Invocation invocation) {
        read(invocation, invocation.arguments().count(), new ExistingKeys());
    }

    private void strlen(Invocation invocation) {
        readOne(
                invocation,
                (entry, reply) -> reply.encoded(
                        new ReplyBuilder(false).integer(entry.valueLength()).toBytes()));
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
        read(invocation, 2, new OneValue(encoder));
    }

    /** Reads the keys from argument 1 up to argument {@code end}, which is not included. */
    private void read(Invocation invocation, int end, KeyReads.Results results) {
        invocation.continueWith(new KeyReads(cache, invocation.loads(), end, invocation.later(), results));
    }

    /** Counts the keys that exist, whatever their type. */
    private static final class ExistingKeys implements KeyReads.Results {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void found(int key, Entry entry) {
            if (!entry.isAbsent()) {
                count.incrementAndGet();
            }
        }

        @Override
        public void foundOtherType(int key, BackingStoreException error) {
            count.incrementAndGet();
        }

        @Override
        public void complete(Reply reply) {
            reply.encoded(new ReplyBuilder(false).integer(count.get()).toBytes());
        }
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
