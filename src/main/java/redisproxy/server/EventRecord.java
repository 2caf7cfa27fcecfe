package redisproxy.server;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import redisproxy.measure.Event;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/** The line of an event. */
final class EventRecord extends LogRecord {
    private static final long serialVersionUID = 1;

    private final transient Event event;

    EventRecord(Event event) {
        super(event.severity() == EventKind.Severity.WARN ? Level.WARNING : Level.INFO, event.text());
        this.event = event;
        setInstant(event.time());
        setLoggerName(EventLog.LOGGER);
        // Else the stack would be searched for it.
        setSourceClassName(null);
    }

    Event event() {
        return event;
    }
}
