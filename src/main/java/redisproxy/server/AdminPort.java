package redisproxy.server;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.admin.AdminConfig;
import redisproxy.admin.AdminServer;

/**
 * The admin port of a proxy, if it has one: a port that nobody has asked for is left out if it is taken. Start and close it on one
 * thread; the rest is thread-safe.
 */
final class AdminPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminPort.class);

    private final AdminConfig config;
    private volatile @Nullable AdminServer server;

    AdminPort(AdminConfig config) {
        this.config = config;
    }

    /**
     * Binds the port and begins to answer.
     *
     * @throws StartException if the port was asked for and cannot be bound
     */
    void open(AdminServer admin) {
        try {
            admin.open();
        } catch (IOException e) {
            admin.close();
            refuse(e, admin.hasTls());
            return;
        }
        server = admin;
        try {
            admin.start();
        } catch (Exception e) {
            close();
            throw new StartException("cannot start the admin port: " + e.getMessage(), e);
        }
    }

    private void refuse(IOException cause, boolean hasTls) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        String failure = hasTls
                ? "cannot listen on %s (%s %d, %s): %s"
                        .formatted(
                                config.host(),
                                AdminCatalog.ADMIN_PORT,
                                config.port(),
                                TlsCatalog.ADMIN_TLS_PORT,
                                root.getMessage())
                : "cannot listen on %s:%d (%s): %s"
                        .formatted(config.host(), config.port(), AdminCatalog.ADMIN_PORT, root.getMessage());
        if (config.isRequired() || hasTls) {
            throw new StartException(failure, cause);
        }
        LOG.warn(
                "{}; goes on without an admin port (set {} to another port, or to none)",
                failure,
                AdminCatalog.ADMIN_PORT);
    }

    /** Returns the port that is bound, or null if there is none. */
    @Nullable
    Integer bound() {
        AdminServer admin = server;
        return admin == null ? null : admin.port();
    }

    /** Returns the port with TLS that is bound, or null if there is none. */
    @Nullable
    Integer tlsBound() {
        AdminServer admin = server;
        return admin == null ? null : admin.tlsPort();
    }

    @Override
    public void close() {
        AdminServer admin = server;
        if (admin != null) {
            admin.close();
        }
    }

    /** Returns the URLs that are bound, or an empty text. */
    @Override
    public String toString() {
        AdminServer admin = server;
        return admin == null ? "" : admin.toString();
    }
}
