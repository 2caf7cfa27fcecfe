package redisproxy.server;

import java.util.List;
import java.util.function.Supplier;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.net.AddressRanges;
import redisproxy.net.ProxyHeaders;

/**
 * What is known of proxies and balancers in front. Immutable.
 *
 * @param ports the ports on which they announce their clients
 * @param trusted addresses and networks, as {@link AddressRanges} reads them
 */
record FrontConfig(ProxyProtocol ports, List<String> trusted) {
    /** There are none. */
    static final FrontConfig NONE = new FrontConfig(ProxyProtocol.NONE, List.of());

    FrontConfig {
        trusted = List.copyOf(trusted);
    }

    /**
     * Makes what connections of a port begin with that takes headers.
     *
     * @param config returns the configuration that applies
     * @param log is told of connections that are refused
     */
    ProxyHeaders headers(Supplier<ProxyConfig> config, EventLog log) {
        return new ProxyHeaders(
                AddressRanges.of(trusted),
                () -> config.get().resp().clientTimeout().toNanos(),
                text -> log.tell(EventKind.PROXY_HEADER_REFUSED, "clients", text));
    }
}
