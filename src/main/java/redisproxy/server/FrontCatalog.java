package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.net.AddressRanges;

/** The settings about a proxy or a balancer in front, as {@link SettingsCatalog} declares the others. */
final class FrontCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<ProxyProtocol> PROXY_PROTOCOL =
            declare(named("PROXY_PROTOCOL", new ValueType.Choice<>("PORTS", List.of(ProxyProtocol.values())))
                    .defaultText("none")
                    .help("ports whose connections from TRUSTED_PROXIES begin with a header of the PROXY protocol")
                    .build());

    static final Setting<List<String>> TRUSTED_PROXIES =
            declare(named("TRUSTED_PROXIES", new ValueType.Texts("ADDRESS"))
                    .whenUnset("none")
                    .help("with PROXY_PROTOCOL: addresses and networks of the proxies in front, separated by commas")
                    .build());

    private FrontCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }

    /**
     * Makes the configuration from the settings.
     *
     * @throws ConfigException if an address is not accepted, or if there is none
     */
    static FrontConfig read(Settings settings) {
        ProxyProtocol ports = settings.value(PROXY_PROTOCOL);
        List<String> trusted = settings.optional(TRUSTED_PROXIES);
        if (trusted == null && ports != ProxyProtocol.NONE) {
            throw new ConfigException("%s: %s is not given (expected: the addresses from which headers are accepted)"
                    .formatted(settings.nameOf(PROXY_PROTOCOL), TRUSTED_PROXIES));
        }
        if (trusted != null && ports == ProxyProtocol.NONE) {
            settings.note("%s has no effect without %s (expected: http, resp or both)"
                    .formatted(settings.nameOf(TRUSTED_PROXIES), PROXY_PROTOCOL));
        }
        try {
            AddressRanges.of(trusted == null ? List.of() : trusted);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(settings.nameOf(TRUSTED_PROXIES) + ": " + e.getMessage());
        }
        return new FrontConfig(ports, trusted == null ? List.of() : trusted);
    }
}
