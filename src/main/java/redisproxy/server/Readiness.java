package redisproxy.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether the proxy wants requests: once its ports serve, until it is told to stop. Thread-safe. */
final class Readiness {
    private volatile State state = State.STARTING;

    private enum State {
        STARTING,
        SERVING,
        STOPPING
    }

    /** The ports serve. */
    void serving() {
        state = State.SERVING;
    }

    /** The proxy is to stop. */
    void stopping() {
        state = State.STOPPING;
    }

    boolean isReady() {
        return state == State.SERVING;
    }

    /** Returns {@code starting}, {@code serving} or {@code stopping}. */
    String phase() {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Returns why the ports do not serve yet, or null. */
    @Nullable
    String notServing() {
        return state == State.STARTING ? "the ports are being opened" : null;
    }

    /** Returns why the proxy wants no more requests, or null. */
    @Nullable
    String draining() {
        return state == State.STOPPING ? "the proxy has been told to stop" : null;
    }
}
