package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.admin.AdminConfig;

/** The settings of the admin port and of how a proxy tells that it is ready, as {@link SettingsCatalog} declares the others. */
final class AdminCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<String> ADMIN_HOST = declare(named("ADMIN_HOST", new ValueType.Host("HOST", "ADMIN_PORT"))
            .defaultText("127.0.0.1")
            .help("address of the admin port")
            .build());

    static final Setting<Integer> ADMIN_PORT =
            declare(named("ADMIN_PORT", new ValueType.OptionalPort("PORT", AdminConfig.MAX_PORT, AdminConfig.NO_PORT))
                    .defaultText(Integer.toString(AdminConfig.DEFAULT_PORT))
                    .help("admin port: metrics and health; 0 takes any free port, none opens no port")
                    .build());

    static final Setting<Boolean> READY_NEEDS_REDIS = declare(named("READY_NEEDS_REDIS", new ValueType.TrueOrFalse())
            .defaultText("false")
            .help("whether /readyz fails while Redis does not answer")
            .changeable()
            .build());

    static final Setting<Duration> DRAIN_DELAY =
            declare(named("DRAIN_DELAY", new ValueType.Time(Duration.ZERO, Duration.ofHours(1)))
                    .defaultText("0")
                    .help("seconds from SIGTERM, at which /readyz begins to fail, to the end of accepting connections")
                    .changeable()
                    .build());

    static final Setting<Duration> CONFIG_WATCH =
            declare(named("CONFIG_WATCH", new ValueType.Time(Duration.ZERO, Duration.ofHours(1)))
                    .defaultText("0")
                    .help("seconds from one look to the next whether the files of settings have changed; 0 never looks")
                    .changeable()
                    .build());

    private AdminCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }
}
