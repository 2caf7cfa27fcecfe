package redisproxy.server;

import co.elastic.logging.jul.EcsFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import redisproxy.measure.Event;

/** Lines of one JSON object each, with the names of the Elastic Common Schema. Used by one thread at a time. */
final class JsonLines implements LineFormat {
    static final String SERVICE_NAME = "redis-proxy";

    private final Fields fields = new Fields();

    JsonLines() {
        fields.setServiceName(SERVICE_NAME);
        fields.setServiceVersion(Version.current());
    }

    @Override
    public String format(LogRecord record, String thread) {
        fields.next = fields(record, thread);
        record.setLevel(Named.of(record.getLevel()));
        return fields.format(record);
    }

    private static Map<String, String> fields(LogRecord record, String thread) {
        Map<String, String> all = new LinkedHashMap<>();
        // The formatter knows the name of its own thread alone.
        if (record.getLongThreadID() != Thread.currentThread().getId()) {
            all.put("process.thread.name", thread);
        }
        if (record instanceof EventRecord told) {
            Event event = told.event();
            all.put("event.kind", "event");
            all.put("event.action", event.kind().label());
            all.put("event.sequence", Long.toString(event.number()));
            all.put("redis_proxy.subject", event.subject());
            if (event.lasted() != null) {
                all.put("event.duration", Long.toString(event.lasted().toNanos()));
                all.put("redis_proxy.requests", Long.toString(event.requests()));
            }
        }
        return all;
    }

    private static final class Fields extends EcsFormatter {
        private Map<String, String> next = Map.of();

        @Override
        protected Map<String, String> getMdcEntries() {
            return next;
        }
    }

    /** The levels by the names that LOG_LEVEL has. */
    private static final class Named extends Level {
        private static final long serialVersionUID = 1;

        private Named(String name, int value) {
            super(name, value);
        }

        static Level of(Level level) {
            int value = level.intValue();
            String name = value >= SEVERE.intValue()
                    ? "ERROR"
                    : value >= WARNING.intValue()
                            ? "WARN"
                            : value >= INFO.intValue() ? "INFO" : value >= FINE.intValue() ? "DEBUG" : "TRACE";
            return new Named(name, value);
        }
    }
}
