package redisproxy.net;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * What the connections of one TLS port share: where their engines come from, the threads of their handshakes, and figures.
 * Thread-safe; no method blocks.
 */
public final class TlsPort {
    private final Supplier<SSLEngine> engines;
    private final HandshakeThreads threads;
    private final Executor executor;
    private final byte[] plainAnswer;
    private final LongAdder handshakes = new LongAdder();
    private final LongAdder resumed = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder plainClients = new LongAdder();
    private volatile String lastFailure = "";

    /**
     * Makes what the connections share.
     *
     * @param engines returns an engine in server mode for each connection, with the certificates that are valid by then; called
     *     on threads that handshakes run on
     * @param executor runs handshakes
     * @param plainAnswer what a client is told, without TLS, that does not begin with a handshake; not changed from now on
     */
    public TlsPort(Supplier<SSLEngine> engines, Executor executor, byte[] plainAnswer) {
        this.engines = engines;
        this.executor = executor;
        this.threads = new HandshakeThreads(executor, Runtime.getRuntime().availableProcessors());
        this.plainAnswer = plainAnswer;
    }

    /** Returns a snapshot of the figures. */
    public TlsStats stats() {
        return new TlsStats(handshakes.sum(), resumed.sum(), failures.sum(), plainClients.sum(), lastFailure);
    }

    SSLEngine newEngine() {
        return engines.get();
    }

    HandshakeThreads threads() {
        return threads;
    }

    Executor executor() {
        return executor;
    }

    byte[] plainAnswer() {
        return plainAnswer;
    }

    void countHandshake(boolean isResumed) {
        handshakes.increment();
        if (isResumed) {
            resumed.increment();
        }
    }

    void countFailure(Throwable cause) {
        failures.increment();
        String message = cause.getMessage();
        lastFailure = message == null ? cause.getClass().getSimpleName() : message;
    }

    void countPlainClient() {
        plainClients.increment();
    }
}
