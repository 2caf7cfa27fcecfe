package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;

/** The configuration of a proxy whose ports are any free ones of this machine. */
final class LoopbackConfig {
    private LoopbackConfig() {}

    /** Returns one in front of {@code redis}, with further flags. */
    static ProxyConfig of(Address redis, String... flags) {
        List<String> all = new ArrayList<>(List.of(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=0",
                "--redis-host=127.0.0.1",
                "--redis-port=" + redis.port()));
        all.addAll(List.of(flags));
        return ProxyConfig.fromArgs(all.toArray(String[]::new));
    }
}
