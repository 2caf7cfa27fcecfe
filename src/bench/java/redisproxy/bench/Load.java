package redisproxy.bench;

/** A load generator, aimed at one server. */
interface Load {
    /** Puts the load on the server for about so many seconds, and fails on the first wrong answer that it sees. */
    Outcome run(int seconds);

    /**
     * What the generator has seen.
     *
     * @param requests how many were answered
     * @param seconds how long that took
     * @param p50 median latency in milliseconds
     * @param p99 99th percentile of the latency in milliseconds
     */
    record Outcome(long requests, double seconds, double p50, double p99) {}
}
