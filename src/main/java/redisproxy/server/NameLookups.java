package redisproxy.server;

import java.security.Security;

/** How long the proxy's own process takes a name to mean what it meant. */
final class NameLookups {
    private static final String POSITIVE = "networkaddress.cache.ttl";
    private static final String NEGATIVE = "networkaddress.cache.negative.ttl";

    private NameLookups() {}

    /**
     * For a second: a Redis that has moved, or whose name could not be resolved for a moment, is found again as soon as one
     * that was restarted. The JVM's own figures are 30 seconds and 10.
     */
    static void keepBriefly() {
        keepBriefly(POSITIVE);
        keepBriefly(NEGATIVE);
    }

    private static void keepBriefly(String property) {
        // The JVM comes with a figure for failed lookups only; whoever has set the other one has meant it.
        if (Security.getProperty(property) == null || property.equals(NEGATIVE)) {
            Security.setProperty(property, "1");
        }
    }
}
