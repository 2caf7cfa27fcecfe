package redisproxy.server;

/** System properties that Jetty reads when its first class is loaded. For the proxy's own process only. */
final class JettyTuning {
    private static final String REFERENCES_PER_CACHE_LINE = "org.eclipse.jetty.util.referencesPerCacheLine";

    private JettyTuning() {}

    /** Sets a figure that Jetty would ask the platform's MBean server for, whose start takes an eighth of the proxy's. */
    static void apply() {
        if (System.getProperty(REFERENCES_PER_CACHE_LINE) == null) {
            System.setProperty(REFERENCES_PER_CACHE_LINE, "16");
        }
    }
}
