package redisproxy.server;

/** A part of the proxy that takes other settings over while it serves. */
@FunctionalInterface
interface ChangeablePart {
    /**
     * Does all that may fail, such as reading a file or taking memory. Nobody notices anything yet: other parts may refuse the same
     * settings. One thread at a time; may block.
     *
     * @param from the configuration that applies
     * @param to one that differs only in {@linkplain Setting#changesAtRunTime settings that can change}
     * @throws ConfigException if the part cannot take {@code to} over; it names the setting
     */
    Change prepare(ProxyConfig from, ProxyConfig to);

    /** What a part has prepared. Exactly one of its methods is called, once. */
    @FunctionalInterface
    interface Change {
        /** Has the new settings apply. Cannot fail; may take long, and holds up no client. */
        void apply();

        /** Gives back what has been prepared, since another part has refused. Cannot fail. */
        default void drop() {}
    }
}
