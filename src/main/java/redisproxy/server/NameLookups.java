package redisproxy.server;

import java.security.Security;

/** How long the proxy's own process keeps the result of a name lookup. */
final class NameLookups {
    private static final String POSITIVE = "networkaddress.cache.ttl";
    private static final String NEGATIVE = "networkaddress.cache.negative.ttl";

    private NameLookups() {}

    /**
     * Keeps results for a second, so that a Redis whose address has changed, or whose name did not resolve for a moment, is
     * found as soon as a Redis that was restarted. The JVM's own figures are 30 seconds, and 10 for failed lookups.
     */
    static void keepBriefly() {
        keepBriefly(POSITIVE);
        keepBriefly(NEGATIVE);
    }

    private static void keepBriefly(String property) {
        // The JVM sets only the figure for failed lookups; a figure for the others is the operator's.
        if (Security.getProperty(property) == null || property.equals(NEGATIVE)) {
            Security.setProperty(property, "1");
        }
    }
}
