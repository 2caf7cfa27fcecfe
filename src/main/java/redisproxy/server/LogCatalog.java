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

    static final Setting<String> ACCESS_LOG = declare(named("ACCESS_LOG", new ValueType.Verbatim("FILE"))
            .defaultText(AccessLogConfig.OFF)
            .help("where one line for each request goes: off, stderr, or a file, which SIGHUP opens anew")
            .build());

    static final Setting<Integer> ACCESS_LOG_SAMPLE =
            declare(named("ACCESS_LOG_SAMPLE", new ValueType.WholeNumber("NUMBER", 1, AccessLogConfig.MOST_ONE_OF))
                    .defaultText("1")
                    .help("with an access log: one of so many requests is logged, by chance")
                    .changeable()
                    .build());

    static final Setting<KeyDisplay> ACCESS_LOG_KEYS =
            declare(named("ACCESS_LOG_KEYS", new ValueType.Choice<>("HOW", List.of(KeyDisplay.values())))
                    .defaultText("hash")
                    .help("with an access log: whether keys are shown, or hashes of them that no other process has")
                    .changeable()
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
