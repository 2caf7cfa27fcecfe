package redisproxy.bench;

/** A load generator, aimed at one server. */
interface Load {
    /** Loads the server for about so many seconds. Fails if the generator sees an error. */
    Outcome run(int seconds);

    /**
     * The figures of the generator.
     *
     * @param requests how many were answered
     * @param seconds how long that took
     * @param p50 median latency in milliseconds
     * @param p99 99th percentile of the latency in milliseconds
     */
    record Outcome(long requests, double seconds, double p50, double p99) {}
}
