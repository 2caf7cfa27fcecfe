package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;

/**
 * What a proxy loads from.
 *
 * @param servers the servers of Redis, whose figures count together, each with its address without TLS
 * @param flags what makes a proxy load from them
 */
record Backing(List<Server> servers, List<String> flags) {
    /** One server, or a Cluster that this node is of. */
    static List<String> flags(Server redis) {
        Address address = redis.resp();
        return Tools.words("--redis-host % --redis-port %", address.host(), address.port());
    }

    static Backing of(Server redis) {
        return new Backing(List.of(redis), flags(redis));
    }

    /** Returns their counters, summed up. */
    CommandStats stats() {
        return new CommandStats(servers.stream().map(Server::resp).toArray(Address[]::new));
    }

    /** Returns the processor time of a proxy and of these servers. */
    CpuClock cpuWith(Server proxy) {
        List<Server> counted = new ArrayList<>(List.of(proxy));
        counted.addAll(servers);
        return new CpuClock(counted);
    }
}
