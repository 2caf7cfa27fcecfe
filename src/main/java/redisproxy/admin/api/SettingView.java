package redisproxy.admin.api;

import org.jspecify.annotations.Nullable;

/**
 * A setting as the API tells it. Immutable.
 *
 * @param value the value that applies; empty if there is none, null if it is not shown because it is, or may hold, a secret
 * @param defaultValue what applies if none is given; null if nothing does
 * @param whenUnset what applies then, in words; empty if nothing does
 * @param usesDefault whether the default applies; null if the value is not shown
 * @param changesAtRunTime whether a reload has a new value apply; others take effect at the next start
 */
public record SettingView(
        String name,
        String flag,
        @Nullable String value,
        @Nullable String defaultValue,
        String whenUnset,
        @Nullable Boolean usesDefault,
        boolean changesAtRunTime,
        String help) {}
