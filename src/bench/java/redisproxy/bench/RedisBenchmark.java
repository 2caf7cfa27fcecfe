package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;

/** {@code redis-benchmark} with random keys. It counts requests, not seconds, so it learns how many fit. */
final class RedisBenchmark implements Load {
    private static final int FIRST_REQUESTS = 20_000;

    /** The most that it can count. */
    private static final int ENDLESS = Integer.MAX_VALUE;

    /** So few that all are in a cache after a moment. */
    private static final Data FEW_KEYS = new Data("key:", 100, 16);

    private final Tools tools;
    private final Address address;
    private final int pipeline;
    private final Data data;

    /** Requests per second in the last run, 0 before it. */
    private double rate;

    RedisBenchmark(Tools tools, Address address, int pipeline, Data data) {
        this.tools = tools;
        this.address = address;
        this.pipeline = pipeline;
        this.data = data;
    }

    @Override
    public Outcome run(int seconds) {
        // Whole pipelines on every connection, or it would send more than it counts.
        int unit = Tools.CONNECTIONS * pipeline;
        double wanted = rate == 0 ? Math.min(FIRST_REQUESTS, data.count() * 20.0) : rate * seconds;
        long requests = unit * Math.max(1, Math.round(wanted / unit));
        ChildProcess child = tools.generate(command(tools, address, pipeline, requests, data));
        if (child.out().contains("Error from server")) {
            throw new BenchException(child.describe(address + " has answered with an error"));
        }
        Outcome outcome = parse(child.out(), requests);
        rate = requests / outcome.seconds();
        return outcome;
    }

    /** Returns the command of a load without pipelines that goes on until it is ended, on a few keys. */
    static List<String> endless(Tools tools, Address address) {
        return command(tools, address, 1, ENDLESS, FEW_KEYS);
    }

    private static List<String> command(Tools tools, Address address, int pipeline, long requests, Data data) {
        return List.of(
                tools.programs().path("redis-benchmark"),
                "-h",
                address.host(),
                "-p",
                Integer.toString(address.port()),
                "-c",
                Integer.toString(Tools.CONNECTIONS),
                "-P",
                Integer.toString(pipeline),
                "-n",
                Long.toString(requests),
                "-r",
                Integer.toString(data.count()),
                "-e",
                "--csv",
                "get",
                data.prefix() + "__rand_int__");
    }

    /** Reads the only result in its CSV, whose columns are found by their names. */
    static Outcome parse(String csv, long requests) {
        List<String> names = List.of();
        for (String line : csv.lines().toList()) {
            List<String> fields = fields(line);
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

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split(",", -1)) {
            fields.add(field.replace("\"", ""));
        }
        return fields;
    }
}
