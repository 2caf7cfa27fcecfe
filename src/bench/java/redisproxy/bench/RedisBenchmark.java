package redisproxy.bench;

import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;

/** {@code redis-benchmark} with random keys. It counts requests, not seconds, so it learns how many fit. */
final class RedisBenchmark implements Load {
    private static final int FIRST_REQUESTS = 20_000;

    /** Handshakes take milliseconds at first. */
    private static final int FIRST_CONNECTIONS = 1_000;

    /** The most that it can count. */
    private static final int ENDLESS = Integer.MAX_VALUE;

    /** So few that all are cached after a moment. */
    private static final Data FEW_KEYS = new Data("key:", 100, 16);

    private final Tools tools;
    private final Address address;
    private final boolean isEncrypted;
    private final int pipeline;
    private final Data data;
    private final boolean writes;
    private final boolean connectsAnew;

    /** Requests per second as of the last run, 0 before it. */
    private double rate;

    RedisBenchmark(Tools tools, Row row, Address address) {
        this.tools = tools;
        this.address = address;
        this.isEncrypted = row.isEncrypted();
        this.pipeline = row.pipeline();
        this.data = row.data();
        this.writes = row.writes();
        this.connectsAnew = row.connectsAnew();
    }

    @Override
    public Outcome run(int seconds) {
        // Whole pipelines on every connection, or it would send more than it counts.
        int unit = Tools.CONNECTIONS * pipeline;
        double wanted = rate > 0 ? rate * seconds : connectsAnew ? FIRST_CONNECTIONS : FIRST_REQUESTS;
        long requests = unit * Math.max(1, Math.round(wanted / unit));
        List<String> command = command(address, Tools.CONNECTIONS, pipeline, requests, data, writes);
        if (isEncrypted) {
            command.addAll(1, List.of("--tls", "--insecure"));
        }
        if (connectsAnew) {
            command.addAll(1, List.of("-k", "0"));
        }
        ChildProcess child = tools.generate(command);
        if (child.out().contains("Error from server")) {
            throw new BenchException(child.describe(address + " has answered with an error"));
        }
        Outcome outcome = parse(child.out(), requests);
        // One bad moment must not make the next measurement too short.
        rate = Math.max(requests / outcome.seconds(), rate / 2);
        return outcome;
    }

    /** Starts a load without pipelines on a few keys, which goes on until it is ended. */
    static ChildProcess startEndless(Tools tools, Address address) {
        return tools.startGenerating(command(address, Tools.CONNECTIONS, 1, ENDLESS, FEW_KEYS, false));
    }

    /** Starts a load on this core, which goes on until it is ended. */
    static ChildProcess startEndless(Tools tools, int core, Address address, int connections, int pipeline, Data data) {
        return tools.startGenerating(core, command(address, connections, pipeline, ENDLESS, data, false));
    }

    private static List<String> command(
            Address address, int connections, int pipeline, long requests, Data data, boolean writes) {
        List<String> command = Tools.words(
                "redis-benchmark -h % -p % -c % -P % -n % -r % -e --csv %",
                address.host(), address.port(), connections, pipeline, requests, data.count(), writes ? "set" : "get");
        command.add(data.prefix() + "__rand_int__");
        if (writes) {
            command.add(data.value(0).asUtf8());
        }
        return command;
    }

    /** Reads the only result in its CSV, whose columns are found by their names. */
    static Outcome parse(String csv, long requests) {
        List<String> names = List.of();
        for (String line : csv.lines().toList()) {
            List<String> fields = List.of(line.replace("\"", "").split(",", -1));
            if (fields.contains("rps")) {
                names = fields;
            } else if (!names.isEmpty() && fields.size() == names.size()) {
                return new Outcome(
                        requests,
                        requests / Double.parseDouble(fields.get(names.indexOf("rps"))),
                        Double.parseDouble(fields.get(names.indexOf("p50_latency_ms"))),
                        Double.parseDouble(fields.get(names.indexOf("p99_latency_ms"))));
            }
        }
        throw new BenchException("no result of redis-benchmark in: " + csv);
    }
}
