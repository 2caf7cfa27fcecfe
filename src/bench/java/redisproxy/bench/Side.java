package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;

/** One of the servers that a row compares, with the row's load. */
final class Side {
    /** A JVM is not measured before so many requests, unless the time of the warm-up is over. */
    private static final long WARM_REQUESTS = 1_000_000;

    /** Loads per request. Requests that join an in-flight load cause none. */
    private static final double FEWEST_LOADS = 0.9;

    private static final double TENTH = 0.1;
    private static final double TENTH_TOLERANCE = 0.01;

    /** Requests that the last load has left open are answered by then. */
    private static final long SETTLE_MILLIS = 100;

    private final String name;
    private final Load load;
    private final CpuClock cpu;
    private final CommandStats redis;
    private final Row.Loads loads;

    /**
     * Makes a side.
     *
     * @param redis the counters of the servers of Redis that are behind it
     * @param loads what each request is to ask Redis
     */
    Side(String name, Load load, CpuClock cpu, CommandStats redis, Row.Loads loads) {
        this.name = name;
        this.load = load;
        this.cpu = cpu;
        this.redis = redis;
        this.loads = loads;
    }

    String name() {
        return name;
    }

    /** Lets the load generator learn how many requests fit into a second. */
    void calibrate() {
        load.run(1);
        load.run(1);
    }

    /** Loads the server in steps until its throughput is level, for at most so many seconds; returns how many. */
    double warmUp(int step, int mostSeconds) {
        List<Double> rates = new ArrayList<>();
        long requests = 0;
        double seconds = 0;
        while (seconds < mostSeconds && (requests < WARM_REQUESTS || !Stats.isLevel(rates))) {
            Load.Outcome outcome = load.run(step);
            requests += outcome.requests();
            seconds += outcome.seconds();
            rates.add(outcome.requests() / outcome.seconds());
        }
        return seconds;
    }

    /** Measures once, and fails if Redis was not asked as often as it should have been. */
    Measurement measure(int seconds) {
        Start.pause(SETTLE_MILLIS);
        long asked = asked();
        long misses = redis.misses();
        double cpuBefore = cpu.seconds();
        Load.Outcome outcome = load.run(seconds);
        Measurement measurement = new Measurement(outcome, cpu.seconds() - cpuBefore, asked() - asked);
        long absent = redis.misses() - misses;
        if (!isAsExpected(measurement) || absent != (loads == Row.Loads.NOTHING ? measurement.loads() : 0)) {
            throw new BenchException(
                    "%s: %d requests, %d of them asked of Redis, %d of those for keys that do not exist"
                            .formatted(name, outcome.requests(), measurement.loads(), absent));
        }
        return measurement;
    }

    private long asked() {
        return loads == Row.Loads.WRITES || loads == Row.Loads.TENTH_WRITES ? redis.sets() : redis.gets();
    }

    private boolean isAsExpected(Measurement measurement) {
        // The generator does not count requests that are open at the end.
        if (loads == Row.Loads.TENTH_WRITES) {
            return Math.abs(measurement.loadsPerRequest() - TENTH) < TENTH_TOLERANCE;
        }
        long most = measurement.outcome().requests() + Tools.CONNECTIONS;
        return loads == Row.Loads.NONE
                ? measurement.loads() == 0
                : measurement.loadsPerRequest() >= FEWEST_LOADS && measurement.loads() <= most;
    }
}
