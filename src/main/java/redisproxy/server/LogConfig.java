package redisproxy.server;

import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What is logged, and how. Immutable.
 *
 * @param level the least severe level that is logged
 * @param format how a line is written
 * @param access the access log, or null if it is off
 */
record LogConfig(Level level, LogFormat format, @Nullable AccessLogConfig access) {
    /** Reads it from the settings. */
    static LogConfig from(Settings settings) {
        return new LogConfig(
                settings.value(SettingsCatalog.LOG_LEVEL),
                settings.value(LogCatalog.LOG_FORMAT),
                AccessLogConfig.from(settings));
    }
}
