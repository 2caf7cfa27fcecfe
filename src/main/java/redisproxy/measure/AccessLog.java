package redisproxy.measure;

/** Takes requests for the access log. Thread-safe; no method blocks. */
public interface AccessLog {
    /** Returns whether the next request is logged: all are, or a sample. Ask once for each request. */
    boolean wants();

    /** Takes a request that has its answer. */
    void add(Access access);
}
