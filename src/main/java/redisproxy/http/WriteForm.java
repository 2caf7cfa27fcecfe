package redisproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A form that writes a key: {@code key=Batman&value=Superhero&ttl=60}, percent-encoded ({@code application/x-www-form-urlencoded}, as the
 * URL standard has it). The key and the value may be any bytes.
 */
record WriteForm(WriteTarget target, Content value) {
    private static final String KEY = "key";
    private static final String VALUE = "value";
    private static final String TTL = "ttl";
    private static final List<String> FIELDS = List.of(KEY, VALUE, TTL);

    /**
     * Reads a form.
     *
     * @throws BadTargetException if a field is missing, not known, or not accepted
     */
    static WriteForm of(byte[] body) throws BadTargetException {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        for (int start = 0; start < body.length; ) {
            int end = indexOf(body, '&', start, body.length);
            if (start < end) {
                add(body, start, end, fields);
            }
            start = end + 1;
        }
        byte[] key = field(fields, KEY);
        if (key.length == 0) {
            throw new BadTargetException("the field 'key' is empty");
        }
        byte[] value = field(fields, VALUE);
        byte[] ttl = fields.get(TTL);
        long millis = ttl == null ? WriteTarget.FOR_EVER : WriteTarget.millis(new String(ttl, StandardCharsets.UTF_8));
        return new WriteForm(new WriteTarget(key, millis), Content.of(value));
    }

    private static void add(byte[] body, int start, int end, Map<String, byte[]> fields) throws BadTargetException {
        int equals = indexOf(body, '=', start, end);
        String name = new String(PercentDecoder.decode(body, start, equals), StandardCharsets.UTF_8);
        if (!FIELDS.contains(name)) {
            throw new BadTargetException("the field '%s' is not known (expected: %s)"
                    .formatted(WriteTarget.shortened(name), String.join(", ", FIELDS)));
        }
        byte[] value = PercentDecoder.decode(body, Math.min(end, equals + 1), end);
        if (fields.put(name, value) != null) {
            throw new BadTargetException("the field '%s' is given more than once".formatted(name));
        }
    }

    private static byte[] field(Map<String, byte[]> fields, String name) throws BadTargetException {
        byte[] value = fields.get(name);
        if (value == null) {
            throw new BadTargetException(
                    "the form has no field '%s' (expected: key=...&value=..., percent-encoded)".formatted(name));
        }
        return value;
    }

    private static int indexOf(byte[] bytes, char wanted, int start, int end) {
        int at = start;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
