package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.resp.SlowLoadConfig;

/** The settings of SLOWLOG and LATENCY, under the names that Redis has for them, as {@link SettingsCatalog} declares the others. */
final class SlowlogCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<Integer> SLOWLOG_LOG_SLOWER_THAN = declare(named(
                    "SLOWLOG_LOG_SLOWER_THAN",
                    new ValueType.WholeNumber("MICROSECONDS", SlowLoadConfig.OFF, Integer.MAX_VALUE))
            .defaultText(Integer.toString(SlowLoadConfig.defaults().slowlogMicros()))
            .help("microseconds from which on SLOWLOG keeps a load; -1 keeps none")
            .changeable()
            .build());

    static final Setting<Integer> SLOWLOG_MAX_LEN =
            declare(named("SLOWLOG_MAX_LEN", new ValueType.WholeNumber("NUMBER", 0, SlowLoadConfig.MAX_LENGTH_LIMIT))
                    .defaultText(Integer.toString(SlowLoadConfig.defaults().slowlogMaxLength()))
                    .help("slow loads that SLOWLOG keeps at most, the last ones")
                    .changeable()
                    .build());

    static final Setting<Integer> LATENCY_MONITOR_THRESHOLD =
            declare(named("LATENCY_MONITOR_THRESHOLD", new ValueType.WholeNumber("MILLISECONDS", 0, Integer.MAX_VALUE))
                    .defaultText(Integer.toString(SlowLoadConfig.defaults().latencyThresholdMillis()))
                    .help("milliseconds from which on LATENCY keeps a load; 0 keeps none")
                    .changeable()
                    .build());

    private SlowlogCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }
}
