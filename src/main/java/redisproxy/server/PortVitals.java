package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The threads of Jetty without which a port accepts no connection, or serves none. */
final class PortVitals {
    /** Jetty renames a thread for as long as it accepts: to this, and at the end the connector. */
    private static final String ACCEPTOR = "-acceptor-";

    private PortVitals() {}

    /** Returns those of one port, once it is started. */
    static List<Vital> of(ServerConnector connector) {
        String port = connector.getName().toUpperCase(Locale.ROOT) + " port";
        List<Vital> vitals = new ArrayList<>();
        vitals.add(() -> accepts(connector) ? null : "the acceptor of the " + port);
        for (ManagedSelector selector : connector.getSelectorManager().getBeans(ManagedSelector.class)) {
            vitals.add(new Pulse("a selector of the " + port, task -> selector.submit(ignored -> task.run())));
        }
        return vitals;
    }

    /** Returns the one of a thread pool. */
    static Vital of(Executor pool) {
        return new Pulse("the thread pool of the ports", pool::execute);
    }

    private static boolean accepts(ServerConnector connector) {
        String suffix = connector.toString();
        int accepting = 0;
        for (Thread thread : threads()) {
            String name = thread == null ? "" : thread.getName();
            if (name.contains(ACCEPTOR) && name.endsWith(suffix)) {
                accepting++;
            }
        }
        return accepting >= connector.getAcceptors();
    }

    private static @Nullable Thread[] threads() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        @Nullable Thread[] threads = new Thread[2 * all.activeCount() + 1];
        all.enumerate(threads);
        return threads;
    }
}
