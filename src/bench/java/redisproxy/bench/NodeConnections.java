package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;

/**
 * The connections that proxies make to the nodes of a Cluster: one, idle and under load, and many that lose all connections
 * or restart at once.
 */
final class NodeConnections {
    private static final int PROXIES = 20;
    private static final int PIPELINE = 16;
    private static final int IDLE_SECONDS = 3;
    private static final int LOADED_SECONDS = 10;

    /** Until so many proxies are ready on two cores, and more. */
    private static final int MOST_SECONDS = 120;

    private static final long SECOND_NANOS = 1_000_000_000;

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;

    NodeConnections(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    void run(Jvm jvm) {
        Cluster cluster = launcher.cluster();
        cluster.fill(Data.SMALL);
        try (NodeClients nodes = new NodeClients(cluster)) {
            Table table = new Table("one proxy", "open", "accepted meanwhile");
            for (String coherence : List.of("ttl", "tracking")) {
                measureOne(jvm, cluster, nodes, coherence, table);
            }
            String explanation = "At each of %d masters. Load: misses of %d connections with %d requests in a pipeline."
                    .formatted(cluster.masters().size(), Tools.CONNECTIONS, PIPELINE);
            report.section("Connections of one proxy to a Cluster", explanation, table);
            disturbMany(jvm.with("-Xmx64m"), cluster, nodes);
        }
        cluster.masters().forEach(tools::end);
    }

    private void measureOne(Jvm jvm, Cluster cluster, NodeClients nodes, String coherence, Table table) {
        Server redis = cluster.masters().get(0);
        Accepted idle = new Accepted(nodes.counts());
        Server proxy = launcher.proxy(jvm, options.war, redis, 1, "--coherence", coherence);
        watch(idle, nodes, IDLE_SECONDS);
        add(table, coherence + ", idle", idle);
        Accepted loaded = new Accepted(nodes.counts());
        ChildProcess load = RedisBenchmark.startEndless(
                tools, options.loadCore, proxy.resp(), Tools.CONNECTIONS, PIPELINE, Data.SMALL);
        watch(loaded, nodes, LOADED_SECONDS);
        if (!load.isAlive()) {
            throw new BenchException(load.describe("ended before its time"));
        }
        tools.end(load);
        add(table, coherence + ", under load", loaded);
        tools.end(proxy);
    }

    private static void add(Table table, String name, Accepted connections) {
        table.add(name, connections.showMostOpen(), connections.showAllAccepted());
    }

    /** Starts proxies, closes all of their connections at once, then ends all proxies and starts them again. */
    private void disturbMany(Jvm jvm, Cluster cluster, NodeClients nodes) {
        List<Address> ports = new ArrayList<>();
        for (int index = 0; index < PROXIES; index++) {
            ports.add(Address.loopback(FreePort.find()));
        }
        List<PatientClient> clients = ports.stream().map(PatientClient::new).toList();
        List<ChildProcess> proxies = startAll(jvm, cluster, ports);
        watchUntilLevel("start", nodes, clients, () -> {});
        report.section(
                "%d proxies lose their connections to a Cluster".formatted(PROXIES),
                watchUntilLevel("loss", nodes, clients, nodes::closeOthers));
        List<ChildProcess> again = new ArrayList<>();
        report.section(
                "%d proxies restart at once".formatted(PROXIES), watchUntilLevel("restart", nodes, clients, () -> {
                    proxies.forEach(tools::end);
                    again.addAll(startAll(jvm, cluster, ports));
                }));
        clients.forEach(PatientClient::close);
        again.forEach(tools::end);
    }

    private List<ChildProcess> startAll(Jvm jvm, Cluster cluster, List<Address> ports) {
        List<Integer> bothCores = List.of(options.serverCore, options.loadCore);
        List<ChildProcess> proxies = new ArrayList<>();
        for (Address port : ports) {
            List<String> command = Launcher.proxyCommand(jvm, options.war, 0, port.port(), cluster.backing(), 1);
            proxies.add(tools.serve(bothCores, command));
        }
        return proxies;
    }

    /** Disturbs the proxies, and watches until all clients have a value again and nothing connects any more. */
    private Object[] watchUntilLevel(
            String name, NodeClients nodes, List<PatientClient> clients, Runnable disturbance) {
        Accepted connections = new Accepted(nodes.counts());
        long errors = errors(clients);
        disturbance.run();
        long start = System.nanoTime();
        int ready = 0;
        while (connections.seconds() < MOST_SECONDS && (ready == 0 || !connections.isLevel())) {
            watch(connections, nodes, 1);
            int second = connections.seconds();
            if (ready == 0 && clients.stream().allMatch(client -> client.hasAnswerSince(start))) {
                ready = second;
            }
            report.progress(
                    "connections: %s, second %d: accepted %s, open %s",
                    name, second, connections.showAccepted(second), connections.showOpen(second));
        }
        String summary =
                "%s. %s. A node accepted at most %d connections in a second, and in all %s. Clients got %d errors."
                        .formatted(
                                ready > 0 ? "All had given a value in second " + ready : "Not all gave a value",
                                connections.isLevel() ? "Then nothing connected any more" : "They still connected",
                                connections.mostInOneSecond(),
                                connections.showAllAccepted(),
                                errors(clients) - errors);
        return new Object[] {summary, connections.table()};
    }

    private static void watch(Accepted connections, NodeClients nodes, int seconds) {
        long next = System.nanoTime();
        for (int second = 0; second < seconds; second++) {
            next += SECOND_NANOS;
            Start.pause(Math.max(0, (next - System.nanoTime()) / 1_000_000));
            connections.add(nodes.counts());
        }
    }

    private static long errors(List<PatientClient> clients) {
        return clients.stream().mapToLong(PatientClient::errors).sum();
    }
}
