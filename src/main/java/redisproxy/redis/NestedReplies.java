package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.util.RedisInputStream;

/**
 * Reads replies of any kind, such as those that describe servers. Memory is allocated for what has arrived. Belongs to one
 * thread, which it blocks. Throws what {@link RespReader} throws.
 */
final class NestedReplies {
    /** A Cluster of a thousand nodes whose slots are scattered tells less. */
    private static final int MAX_ELEMENTS = 1_000_000;

    private final RespReader in;

    /** How many elements the present reply may still have. */
    private int left;

    NestedReplies(RedisInputStream stream) {
        this.in = new RespReader(stream);
    }

    /**
     * Reads a reply as {@link RespReader#reply} does, push messages included; an aggregate is a {@link List} of its elements, in
     * their order.
     *
     * @throws MalformedReplyException also if there are more elements than a reply about servers may have
     */
    @Nullable
    Object read() {
        left = MAX_ELEMENTS;
        byte type = in.type();
        while (type == '|') {
            in.skip(type);
            type = in.type();
        }
        return read(type, 0);
    }

    private @Nullable Object read(byte type, int depth) {
        if (depth > RespReader.MAX_DEPTH || left == 0) {
            throw new MalformedReplyException("a reply of more than %d elements, or nested deeper than %d"
                    .formatted(MAX_ELEMENTS, RespReader.MAX_DEPTH));
        }
        left--;
        return switch (type) {
            case '$' -> in.bulkOrNull();
            case '=' -> in.verbatim();
            case ':' -> in.number();
            case '_' -> {
                in.lineEnd();
                yield null;
            }
            case '+', ',', '#', '(' -> new RespReader.SimpleString(in.text());
            case '-' -> new RespReader.ErrorReply(in.text());
            case '*', '~', '>' -> elements(in.count(MAX_ELEMENTS), depth);
            case '%' -> elements(2 * in.count(MAX_ELEMENTS / 2), depth);
            default -> throw RespReader.unexpectedType(type);
        };
    }

    private @Nullable List<@Nullable Object> elements(int count, int depth) {
        if (count < 0) {
            return null;
        }
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(read(in.type(), depth + 1));
        }
        return elements;
    }
}
