package redisproxy.resp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What COMMAND DOCS says of the commands of Redis beside summary, version and group: complexity, history, arguments (redis.io,
 * "COMMAND DOCS"). It is recorded from Redis. Thread-safe.
 */
final class CommandDocs {
    /** Summary, version and group. */
    private static final int OWN_FIELDS = 3;

    private static final String RECORD = "command-docs.txt";

    private final Map<String, Fields> byName = new HashMap<>();

    /** Made when they are asked for first: a request may ask for one many times. */
    private final Map<Command, byte[]> resp2 = new ConcurrentHashMap<>();

    private final Map<Command, byte[]> resp3 = new ConcurrentHashMap<>();

    /** The values are those of RESP, names and contents in turn; each begins with the character of its type. */
    private record Fields(int count, List<String> values) {}

    /** Reads the record. */
    CommandDocs() {
        try (InputStream in = Objects.requireNonNull(CommandDocs.class.getResourceAsStream(RECORD), RECORD)) {
            new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> List.of(line.split("\t", -1)))
                    .forEach(line -> byName.put(
                            line.get(0), new Fields(Integer.parseInt(line.get(1)), line.subList(2, line.size()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a command of the proxy and its documentation, encoded. The bytes must not be changed. */
    byte[] document(Command command, boolean isResp3) {
        return (isResp3 ? resp3 : resp2).computeIfAbsent(command, each -> {
            ReplyBuilder reply = new ReplyBuilder(isResp3);
            document(each, reply);
            return reply.toBytes();
        });
    }

    /** Encodes a command of the proxy and its documentation. */
    private void document(Command command, ReplyBuilder reply) {
        CommandSpec spec = command.spec();
        boolean isContainer = !command.subcommands().isEmpty();
        reply.bulk(spec.name()).map(OWN_FIELDS + count(spec.name()) + (isContainer ? 1 : 0));
        reply.bulk("summary").bulk(spec.summary());
        reply.bulk("since").bulk(spec.since());
        reply.bulk("group").bulk(spec.group());
        encode(spec.name(), reply);
        if (isContainer) {
            reply.bulk("subcommands").map(command.subcommands().size());
            command.subcommands().forEach(each -> document(each, reply));
        }
    }

    /** Returns how many fields there are of this command. */
    private int count(String name) {
        Fields fields = byName.get(name);
        return fields == null ? 0 : fields.count();
    }

    /** Encodes the fields of this command, each a name and a content. */
    private void encode(String name, ReplyBuilder reply) {
        Fields fields = byName.get(name);
        if (fields != null) {
            fields.values().forEach(value -> encodeValue(value, reply));
        }
    }

    private static void encodeValue(String value, ReplyBuilder reply) {
        String content = value.substring(1);
        switch (value.charAt(0)) {
            case '$' -> reply.bulk(content);
            case '+' -> reply.simple(content);
            case ':' -> reply.integer(Long.parseLong(content));
            case '*' -> reply.array(Integer.parseInt(content));
            case '~' -> reply.set(Integer.parseInt(content));
            case '%' -> reply.map(Integer.parseInt(content));
            default -> throw new IllegalStateException(RECORD + ": " + value);
        }
    }
}
