package redisproxy.resp;

import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.Relay;

/**
 * The version of Redis that clients are told: Redis's own, since clients use what it has. Thread-safe; never blocks.
 */
final class BackingVersion {
    private final @Nullable Relay relay;
    private final FirstClients clients;

    /** Makes the version that is told; {@code relay} is null if there is no Redis to tell it. */
    BackingVersion(@Nullable Relay relay, Scheduler scheduler) {
        this.relay = relay;
        this.clients = new FirstClients(() -> relay == null || relay.version() != null, scheduler);
    }

    /** Returns what Redis has told last, and the version that the proxy follows by itself before that. */
    String get() {
        String told = relay == null ? null : relay.version();
        return told == null ? HandshakeCommands.REDIS_VERSION : told;
    }

    /** Has a request executed that tells the version, now or in a moment. */
    void whenTold(Invocation invocation, Runnable execute) {
        clients.whenTold(invocation, execute);
    }
}
