package redisproxy.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redisproxy.resp.OwnSettings;

/**
 * The settings of a running proxy, as CONFIG shows and changes them. Thread-safe.
 *
 * @param parameters returns the values that apply, by the names of the flags
 * @param reload returns what makes the changes
 */
record ConfigSettings(Supplier<Map<String, String>> parameters, Supplier<Reload> reload) implements OwnSettings {
    private static final String FILE = "FILE";

    @Override
    public Map<String, String> shown() {
        return parameters.get();
    }

    @Override
    public Set<String> names() {
        return SettingsCatalog.all().stream().map(Setting::parameter).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public @Nullable Refusal set(Map<String, String> values, String by) {
        Map<Setting<?>, String> others = new LinkedHashMap<>();
        for (Map.Entry<String, String> each : values.entrySet()) {
            Setting<?> setting = find(each.getKey());
            if (setting == null) {
                return new Refusal(each.getKey(), null);
            }
            if (!setting.changesAtRunTime()) {
                return new Refusal(each.getKey(), "can't set immutable config: %s needs a restart".formatted(setting));
            }
            if (setting.type().placeholder().equals(FILE)) {
                // As in Redis: errors would tell what is in files that only the proxy may read.
                return new Refusal(
                        each.getKey(),
                        "can't set protected config: %s names a file, and changes with the file of --config"
                                .formatted(setting));
            }
            others.put(setting, each.getValue());
        }
        try {
            Reloaded unused = reload.get().set(others, by);
            return null;
        } catch (ConfigException e) {
            return refusal(values, String.valueOf(e.getMessage()));
        }
    }

    private static Refusal refusal(Map<String, String> values, String message) {
        for (String name : values.keySet()) {
            if (message.startsWith(name + ": ")) {
                return new Refusal(name, message.substring(name.length() + 2));
            }
        }
        return new Refusal(values.keySet().iterator().next(), message);
    }

    private static @Nullable Setting<?> find(String parameter) {
        return SettingsCatalog.all().stream()
                .filter(setting -> setting.parameter().equals(parameter))
                .findFirst()
                .orElse(null);
    }
}
