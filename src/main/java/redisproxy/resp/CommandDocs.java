package redisproxy.resp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What COMMAND DOCS says of the commands of Redis beside summary, version and group: complexity, history, arguments (redis.io,
 * "COMMAND DOCS"). It is recorded from Redis. Immutable and thread-safe.
 */
final class CommandDocs {
    private static final String RECORD = "command-docs.txt";

    private final Map<String, Fields> byName = new HashMap<>();

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

    /** Returns how many fields there are of this command. */
    int count(String name) {
        Fields fields = byName.get(name);
        return fields == null ? 0 : fields.count();
    }

    /** Encodes the fields of this command, each a name and a content. */
    void encode(String name, ReplyBuilder reply) {
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
