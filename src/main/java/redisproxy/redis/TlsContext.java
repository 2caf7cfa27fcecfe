package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.failsafe.RateLimiter;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all TLS connections to one Redis have in common, to whichever of its servers. The files are read for each new
 * connection; while they are the same, sessions are resumed, but for those with a certificate of the client. If they have
 * changed and are of no use, as while they are being replaced, those from before are used. Two are equal if they are
 * configured in the same way. Thread-safe.
 */
public final class TlsContext {
    private static final Logger LOG = LoggerFactory.getLogger(TlsContext.class);

    private static final Duration WARNING_PERIOD = Duration.ofMinutes(1);
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final TlsConfig config;
    private final RateLimiter<Object> mayWarn =
            RateLimiter.burstyBuilder(1, WARNING_PERIOD).build();

    @GuardedBy("this")
    private @Nullable TlsFiles files;

    @GuardedBy("this")
    private @Nullable SSLContext context;

    /** Makes a context that has read no file yet. */
    public TlsContext(TlsConfig config) {
        this.config = config;
    }

    /** Returns which files are used, and what is verified. */
    public TlsConfig config() {
        return config;
    }

    /**
     * Returns a socket over a connected one, before the handshake. Blocks to read the files.
     *
     * @throws TlsRefusedException if the files are of no use and never were
     */
    SSLSocket over(Socket connected, NodeAddress address) throws IOException {
        String name = config.serverName() == null ? address.host() : config.serverName();
        SSLSocket socket = (SSLSocket) current().getSocketFactory().createSocket(connected, name, address.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        if (config.verify() == TlsConfig.Verify.FULL) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        SNIHostName indication = indication(name);
        if (indication != null) {
            parameters.setServerNames(List.of(indication));
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** The JDK by itself sends no name without a dot, which names of services in a cluster are. */
    private static @Nullable SNIHostName indication(String name) {
        if (ADDRESS.matcher(name).matches()) {
            return null;
        }
        try {
            return new SNIHostName(name);
        } catch (IllegalArgumentException e) {
            // A name with an underscore, for example, which resolvers know and SNI does not.
            return null;
        }
    }

    private synchronized SSLContext current() {
        SSLContext before = context;
        try {
            TlsFiles now = TlsFiles.read(config);
            if (before != null && files != null && now.isSame(files)) {
                return usable(before, files);
            }
            SSLContext made = now.context();
            if (before != null) {
                LOG.info("The files for TLS to Redis have changed, and are used for new connections");
            }
            files = now;
            context = made;
            return made;
        } catch (TlsRefusedException e) {
            if (before == null) {
                throw e;
            }
            if (mayWarn.tryAcquirePermit()) {
                LOG.warn("{}; what was there before is used until that is right", e.getMessage());
            }
            return files == null ? before : usable(before, files);
        }
    }

    /**
     * Returns a context that resumes no session if a certificate of the client is shown: with {@code tls-session-caching no},
     * Redis refuses connections that try to.
     */
    private SSLContext usable(SSLContext before, TlsFiles same) {
        return config.certFile() == null ? before : same.context();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlsContext context && config.equals(context.config);
    }

    @Override
    public int hashCode() {
        return config.hashCode();
    }
}
