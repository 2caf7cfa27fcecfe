package redisproxy.resp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;
import redisproxy.upstream.Question;
import redisproxy.upstream.Upstream;

/**
 * The commands that read keys, but for GET: those about values are answered from the cache, or through it; those about a
 * key's life and type are asked of the backing store each time.
 */
final class KeyCommands {
    private static final byte[] EMPTY_BULK = new ReplyBuilder(false).bulk("").toBytes();
    private static final String NO_INTEGER = "ERR value is not an integer or out of range";

    private final ReadThroughCache cache;
    private final Upstream upstream;

    KeyCommands(ReadThroughCache cache, Upstream upstream) {
        this.cache = cache;
        this.upstream = upstream;
    }

    List<Command> all() {
        List<Command> commands = new ArrayList<>(List.of(
                value("mget", -2, -1, "1.0.0", "string", "Returns the string values of one or more keys.", this::mget),
                value("exists", -2, -1, "1.0.0", "generic", "Counts how many of the keys exist.", this::exists),
                value("strlen", 2, 1, "2.2.0", "string", "Returns the length of a string value.", this::strlen),
                value("getrange", 4, 1, "2.4.0", "string", "Returns a part of a string value.", this::getRange),
                value("substr", 4, 1, "1.0.0", "string", "Returns a part of a string value.", this::getRange)));
        Stream.of(Question.About.values()).map(this::question).forEach(commands::add);
        return commands;
    }

    private static Command value(
            String name,
            int arity,
            int keys,
            String since,
            String group,
            String summary,
            Command.LaterHandler handler) {
        return new Command(name, arity, List.of("readonly", "fast"), keys, since, group, summary, handler);
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
        return value(name, 2, 1, since, "generic", summary, (session, arguments, later) -> {
            upstream.ask(new Question(about, arguments.bytes(1), new AskedReply(later.get())));
            return null;
        });
    }

    private byte @Nullable [] mget(Session session, Arguments arguments, Supplier<Reply> later) {
        boolean resp3 = session.isResp3();
        return read(arguments, arguments.count(), later, (entries, errors, reply) -> values(entries, resp3, reply));
    }

    /** As in Redis, a key of another type than a string has no value here. */
    private static void values(Entry[] entries, boolean resp3, Reply reply) {
        byte[][] parts = new byte[1 + 3 * entries.length][];
        int[] bounds = new int[2 * parts.length];
        int part = 0;
        part = add(
                parts,
                bounds,
                part,
                new ReplyBuilder(resp3).array(entries.length).toBytes(),
                0);
        for (Entry entry : entries) {
            if (entry == null || entry.isAbsent()) {
                part = add(parts, bounds, part, Reply.nil(resp3), 0);
                continue;
            }
            part = add(parts, bounds, part, Reply.bulkLength(entry.valueLength()), 0);
            part = add(parts, bounds, part, entry.array(), entry.valueOffset());
            part = add(parts, bounds, part, Reply.LINE_END, 0);
        }
        reply.parts(Arrays.copyOf(parts, part), Arrays.copyOf(bounds, 2 * part));
    }

    private static int add(byte[][] parts, int[] bounds, int part, byte[] array, int from) {
        parts[part] = array;
        bounds[2 * part] = from;
        bounds[2 * part + 1] = array.length;
        return part + 1;
    }

    private byte @Nullable [] exists(Session session, Arguments arguments, Supplier<Reply> later) {
        return read(arguments, arguments.count(), later, (entries, errors, reply) -> {
            int count = 0;
            for (int i = 0; i < entries.length; i++) {
                boolean exists = errors[i] != null || !entries[i].isAbsent();
                count += exists ? 1 : 0;
            }
            reply.encoded(new ReplyBuilder(false).integer(count).toBytes());
        });
    }

    private byte @Nullable [] strlen(Session session, Arguments arguments, Supplier<Reply> later) {
        return readOne(
                arguments,
                later,
                (entry, reply) -> reply.encoded(
                        new ReplyBuilder(false).integer(entry.valueLength()).toBytes()));
    }

    private byte @Nullable [] getRange(Session session, Arguments arguments, Supplier<Reply> later) {
        long start;
        long end;
        try {
            start = ConnectionCommands.integer(arguments.text(2));
            end = ConnectionCommands.integer(arguments.text(3));
        } catch (NumberFormatException e) {
            return ReplyBuilder.error(NO_INTEGER);
        }
        return readOne(arguments, later, (entry, reply) -> range(entry, start, end, reply));
    }

    /** Both ends count, and negative ones are counted from the end of the value (redis.io, "GETRANGE"). */
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

    /** What is made of the value of one key. */
    private interface ValueEncoder {
        void encode(Entry entry, Reply reply);
    }

    private byte @Nullable [] readOne(Arguments arguments, Supplier<Reply> later, ValueEncoder encoder) {
        return read(arguments, 2, later, (entries, errors, reply) -> {
            BackingStoreException error = errors[0];
            if (error == null) {
                encoder.encode(entries[0], reply);
            } else {
                reply.failed(error);
            }
        });
    }

    /** Reads the keys from the first argument on, up to that of number {@code end}. */
    private byte @Nullable [] read(Arguments arguments, int end, Supplier<Reply> later, Gathering.Encoder encoder) {
        List<byte[]> keys = new ArrayList<>(end - 1);
        for (int i = 1; i < end; i++) {
            keys.add(arguments.bytes(i));
        }
        Gathering.read(cache, keys, later.get(), encoder);
        return null;
    }
}
