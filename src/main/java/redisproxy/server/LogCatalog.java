package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The settings of the logs beside the level, as {@link SettingsCatalog} declares the others. */
final class LogCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<LogFormat> LOG_FORMAT =
            declare(named("LOG_FORMAT", new ValueType.Choice<>("FORMAT", List.of(LogFormat.values())))
                    .defaultText("text")
                    .help("how lines are logged: text for people, or one JSON object each with ECS names")
                    .build());

    private LogCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }
}
