package redisproxy.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.LoadObserver;
import redisproxy.measure.EventLog;

/** What a proxy tells beside its answers: events, the access log if there is one, and telemetry if it is asked for. Thread-safe. */
final class Outputs implements AutoCloseable {
    private final HeldLines lines = new HeldLines(Logging::write);
    private final EventLog log = new EventLog(lines);
    private final @Nullable AccessLogWriter accessLog;
    private final Telemetry telemetry;

    private Outputs(@Nullable AccessLogWriter accessLog, Telemetry telemetry) {
        this.accessLog = accessLog;
        this.telemetry = telemetry;
    }

    /**
     * Opens them.
     *
     * @throws StartException if the file of the access log cannot be opened
     * @throws ConfigException if a variable of OpenTelemetry has a value that is not accepted
     */
    static Outputs open(ProxyConfig config) {
        AccessLogConfig access = config.log().access();
        AccessLogWriter writer =
                access == null ? null : new AccessLogWriter(access, config.log().format());
        try {
            return new Outputs(writer, Telemetry.start(config.redis().database()));
        } catch (RuntimeException | Error e) {
            if (writer != null) {
                writer.close();
            }
            throw e;
        }
    }

    EventLog log() {
        return log;
    }

    /** Has the lines of events written, which are held back before. */
    void begin() {
        lines.release();
    }

    /** Returns what takes each request, or null. */
    @Nullable
    AccessLogWriter accessLog() {
        return accessLog;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    /** Returns what wants to know how loads go. */
    List<LoadObserver> loadObservers() {
        return telemetry.loadObservers();
    }

    /** Has an access log that there is follow other settings; it neither begins nor ends, and keeps its file. */
    void change(LogConfig to) {
        if (accessLog != null && to.access() != null) {
            accessLog.change(to.access());
        }
    }

    /** Has the file of the access log opened anew; returns false if there is no access log. */
    boolean reopenAccessLog() {
        if (accessLog == null) {
            return false;
        }
        accessLog.reopen();
        return true;
    }

    /** Returns the fields of INFO about the logs. */
    Map<String, Object> info() {
        Map<String, Object> fields = new LinkedHashMap<>(Logging.info());
        if (accessLog != null) {
            fields.putAll(accessLog.info());
        }
        return fields;
    }

    /** Sends and writes what is left, for a bounded time. Blocks. */
    @Override
    public void close() {
        telemetry.close();
        if (accessLog != null) {
            accessLog.close();
        }
    }
}
