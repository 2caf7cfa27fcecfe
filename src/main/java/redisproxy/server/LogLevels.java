package redisproxy.server;

import java.util.Locale;
import org.slf4j.event.Level;
import redisproxy.admin.api.Sources;

/** The level of the proxy's own loggers, which may be changed while it runs. Thread-safe. */
final class LogLevels implements Sources.LogControl {
    private volatile Level level;

    LogLevels(Level level) {
        this.level = level;
    }

    @Override
    public String level() {
        return level.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public synchronized boolean setLevel(String name) {
        for (Level each : Level.values()) {
            if (each.name().equalsIgnoreCase(name)) {
                Logging.configureOwn(each);
                level = each;
                return true;
            }
        }
        return false;
    }

    /** Has the level of the settings apply, if that has changed; else what was set since stays. */
    void follow(Level before, Level now) {
        if (now != before) {
            boolean unused = setLevel(now.name());
        }
    }

    @Override
    public long droppedLines() {
        return Logging.droppedLines();
    }
}
