package redisproxy.server;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redisproxy.admin.api.SettingView;

/** The settings as the admin port shows them: those that {@code CONFIG GET} shows with their values, the others without. */
final class SettingViews {
    private SettingViews() {}

    /** Returns all settings, in the order of the manual. */
    static List<SettingView> of(ProxyConfig config) {
        Map<String, String> values = ConfigParameters.of(config);
        return SettingsCatalog.all().stream()
                .map(setting -> view(setting, values.get(setting.parameter())))
                .toList();
    }

    private static SettingView view(Setting<?> setting, @Nullable String value) {
        String shown = setting.isSecret() ? null : value;
        String defaultValue = formattedDefault(setting);
        return new SettingView(
                setting.name(),
                setting.flag(),
                shown,
                defaultValue,
                setting.whenUnset(),
                shown == null ? null : shown.equals(defaultValue == null ? "" : defaultValue),
                setting.changesAtRunTime(),
                setting.help());
    }

    private static <T> @Nullable String formattedDefault(Setting<T> setting) {
        String text = setting.defaultText();
        T value = text == null ? null : setting.type().parse(text);
        return value == null ? text : setting.type().format(value);
    }
}
