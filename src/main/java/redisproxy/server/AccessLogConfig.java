package redisproxy.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The access log. Immutable.
 *
 * @param file where lines go; null for standard error
 * @param oneOf one of so many requests is logged; 1 for all
 * @param keys how keys are shown
 */
record AccessLogConfig(@Nullable Path file, int oneOf, KeyDisplay keys) {
    /** What turns it off in the setting. */
    static final String OFF = "off";

    /** What has it written on standard error. */
    static final String STDERR = "stderr";

    /** Fewer requests than one of so many are not worth a log. */
    static final int MOST_ONE_OF = 1_000_000;

    /** Reads it from the settings; returns null if it is off. */
    static @Nullable AccessLogConfig from(Settings settings) {
        String where = settings.value(LogCatalog.ACCESS_LOG);
        // Read also when they do not apply, so that a value that is not accepted never goes unnoticed.
        int oneOf = settings.value(LogCatalog.ACCESS_LOG_SAMPLE);
        KeyDisplay keys = settings.value(LogCatalog.ACCESS_LOG_KEYS);
        if (where.equals(OFF)) {
            return null;
        }
        return new AccessLogConfig(where.equals(STDERR) ? null : Path.of(where), oneOf, keys);
    }

    /** Returns the value of the setting. */
    static String where(@Nullable AccessLogConfig config) {
        return config == null ? OFF : config.file == null ? STDERR : config.file.toString();
    }
}
