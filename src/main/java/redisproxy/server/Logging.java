package redisproxy.server;

import java.util.logging.Handler;
import java.util.logging.Logger;
import org.slf4j.event.Level;

/** Sets up java.util.logging, the backend of SLF4J here: one line for each record, on standard error. */
final class Logging {
    private static final String FORMAT_PROPERTY = "java.util.logging.SimpleFormatter.format";
    private static final String ONE_LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n";

    /** Fields, because a logger that nothing refers to is collected, and its level with it. */
    private static final Logger ROOT = Logger.getLogger("");

    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    private static final Logger OWN = Logger.getLogger("redisproxy");

    private Logging() {}

    /** Inside a container: sets the level of the proxy's own loggers. The container decides where their records go. */
    static void configureOwn(Level level) {
        OWN.setLevel(toJul(level));
    }

    /** In the proxy's own process: sets the format and the level of all loggers. */
    static void configure(Level level) {
        if (System.getProperty(FORMAT_PROPERTY) == null) {
            System.setProperty(FORMAT_PROPERTY, ONE_LINE);
        }
        java.util.logging.Level julLevel = toJul(level);
        ROOT.setLevel(julLevel);
        for (Handler handler : ROOT.getHandlers()) {
            handler.setLevel(julLevel);
        }
        if (level.toInt() >= Level.INFO.toInt()) {
            // Jetty's records at INFO are about its own start and stop.
            JETTY.setLevel(java.util.logging.Level.WARNING);
        }
    }

    private static java.util.logging.Level toJul(Level level) {
        return switch (level) {
            case ERROR -> java.util.logging.Level.SEVERE;
            case WARN -> java.util.logging.Level.WARNING;
            case INFO -> java.util.logging.Level.INFO;
            case DEBUG -> java.util.logging.Level.FINE;
            case TRACE -> java.util.logging.Level.FINEST;
        };
    }
}
