package redisproxy.redis;

import java.util.HashMap;
import java.util.Map;

/** The fields of a reply to {@code INFO} or {@code CLUSTER INFO} (Redis documentation, "INFO"). */
final class InfoFields {
    private InfoFields() {}

    /** Returns the values of a reply by the names before their colons. Lines without one, such as titles, are left out. */
    static Map<String, String> of(String reply) {
        Map<String, String> fields = new HashMap<>();
        reply.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }
}
