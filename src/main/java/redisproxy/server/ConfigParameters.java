package redisproxy.server;

import java.util.Map;
import java.util.TreeMap;

/** The configuration as {@code CONFIG GET} shows it: by the names of the flags, without secrets. */
final class ConfigParameters {
    private ConfigParameters() {}

    /** Returns the value of each setting, empty if the configuration holds none. */
    static Map<String, String> of(ProxyConfig config) {
        Map<String, String> parameters = new TreeMap<>();
        for (Setting<?> setting : SettingsCatalog.all()) {
            if (!setting.isSecret()) {
                parameters.put(setting.parameter(), setting.inEffect(config));
            }
        }
        return parameters;
    }
}
