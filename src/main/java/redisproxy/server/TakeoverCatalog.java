package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.cache.RecentKeys;

/** The settings of a process that takes over from another one, as {@link SettingsCatalog} declares the others. */
final class TakeoverCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<Boolean> REUSE_PORT = declare(named("REUSE_PORT", new ValueType.TrueOrFalse())
            .defaultText("false")
            .help("whether another proxy of the same user may serve the HTTP and RESP ports at the same time")
            .build());

    static final Setting<String> WARM_FROM = declare(named("WARM_FROM", new ValueType.Verbatim("FILE|URL"))
            .whenUnset("an empty cache")
            .help(
                    "where the cache gets the hottest keys at the start: a file, which is written too, or the URL of another admin port")
            .build());

    static final Setting<String> WARM_TOKEN_FILE = declare(named("WARM_TOKEN_FILE", new ValueType.Verbatim("FILE"))
            .whenUnset("no token")
            .help("with a URL in WARM_FROM: file that holds the token of a user of the other proxy")
            .build());

    static final Setting<Integer> WARM_KEYS =
            declare(named("WARM_KEYS", new ValueType.WholeNumber("NUMBER", 1, RecentKeys.MOST))
                    .defaultText("10000")
                    .help("with WARM_FROM: keys that are loaded or written at most")
                    .build());

    static final Setting<Duration> WARM_TIMEOUT =
            declare(named("WARM_TIMEOUT", new ValueType.Time(Duration.ofMillis(1), Duration.ofHours(1)))
                    .defaultText("5")
                    .help(
                            "with WARM_FROM: seconds from the start after which no more keys are loaded and /readyz does not wait for them")
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
