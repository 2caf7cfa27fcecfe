package redisproxy.bench;

/**
 * One load on one server.
 *
 * @param outcome the figures of the generator
 * @param cpuSeconds processor time of the processes that count
 * @param loads {@code GET}s, or {@code SET}s of a row that writes, that Redis has served meanwhile
 */
record Measurement(Load.Outcome outcome, double cpuSeconds, long loads) {
    /** Processor time per request in microseconds. */
    double cpuMicros() {
        return cpuSeconds * 1e6 / outcome.requests();
    }

    /** Requests per second. */
    double rate() {
        return outcome.requests() / outcome.seconds();
    }

    double loadsPerRequest() {
        return (double) loads / outcome.requests();
    }

    /** How much of one core the counted processes have used, from 0 to 1. */
    double coreShare() {
        return cpuSeconds / outcome.seconds();
    }
}
