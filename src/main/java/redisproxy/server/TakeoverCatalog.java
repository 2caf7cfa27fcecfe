package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The settings of a process that takes over from another one, as {@link SettingsCatalog} declares the others. */
final class TakeoverCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<Boolean> REUSE_PORT = declare(named("REUSE_PORT", new ValueType.TrueOrFalse())
            .defaultText("false")
            .help("whether another proxy of the same user may serve the HTTP and RESP ports at the same time")
            .build());

    private TakeoverCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }
}
