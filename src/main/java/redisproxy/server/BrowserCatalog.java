package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.http.AllowedHosts;
import redisproxy.http.BrowserPolicy;

/** The settings that say what pages may have browsers do, as {@link SettingsCatalog} declares the others. */
final class BrowserCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<List<String>> CORS_ORIGIN = declare(named("CORS_ORIGIN", new ValueType.Texts("ORIGIN"))
            .whenUnset("none")
            .help("origins of other sites whose pages may read the HTTP port, separated by commas; * for all")
            .changeable()
            .build());

    static final Setting<List<String>> ALLOWED_HOSTS = declare(named("ALLOWED_HOSTS", new ValueType.Texts("HOST"))
            .whenUnset("any name at the HTTP port, none at the admin port")
            .help(
                    "host names by which these ports may be asked for, beside localhost and addresses; *.domain for all below")
            .changeable()
            .build());

    private BrowserCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }

    /**
     * Makes the policy from the settings.
     *
     * @throws ConfigException if an origin or a host is not accepted
     */
    static BrowserPolicy read(Settings settings) {
        List<String> origins = settings.optional(CORS_ORIGIN);
        List<String> hosts = settings.optional(ALLOWED_HOSTS);
        return new BrowserPolicy(
                origins == null ? List.of() : origins(settings, origins),
                hosts == null ? null : hosts(settings, hosts));
    }

    private static List<String> origins(Settings settings, List<String> texts) {
        try {
            return BrowserPolicy.origins(texts);
        } catch (IllegalArgumentException e) {
            throw refusal(settings, CORS_ORIGIN, e);
        }
    }

    private static AllowedHosts hosts(Settings settings, List<String> texts) {
        try {
            return AllowedHosts.of(texts);
        } catch (IllegalArgumentException e) {
            throw refusal(settings, ALLOWED_HOSTS, e);
        }
    }

    private static ConfigException refusal(Settings settings, Setting<?> setting, Exception cause) {
        return new ConfigException(settings.nameOf(setting) + ": " + cause.getMessage());
    }
}
