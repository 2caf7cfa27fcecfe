package redisproxy.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * What all TLS connections to the proxy's own ports have in common: the certificate that is shown now, the clients that are
 * accepted, versions and cipher suites. Thread-safe.
 */
public final class ServerTls {
    /** The name of HTTP/2 in ALPN (RFC 9113, section 3.1). */
    public static final String HTTP_2 = "h2";

    /** The name of HTTP/1.1 in ALPN (RFC 7301, section 6). */
    public static final String HTTP_1_1 = "http/1.1";

    private final ServerTlsConfig config;
    private volatile State state;

    /** Files that were not taken, or null. */
    @GuardedBy("this")
    private @Nullable ServerFiles refused;

    /** Why, or why they could not be read; empty if the files are those that are shown. */
    @GuardedBy("this")
    private String refusal = "";

    /** A context, and the files that it was made of. */
    private record State(
            ServerFiles files, SSLContext context, CertificateInfo certificate, SSLParameters parameters) {}

    private ServerTls(ServerTlsConfig config, State state) {
        this.config = config;
        this.state = state;
    }

    /**
     * Reads the files. Blocks.
     *
     * @throws TlsFileException if they do not hold what they have to
     */
    public static ServerTls open(ServerTlsConfig config) {
        return new ServerTls(config, state(config, ServerFiles.read(config)));
    }

    /** Returns which files are used, and who is accepted. */
    public ServerTlsConfig config() {
        return config;
    }

    /**
     * Returns the server's side of a new connection. The handshake has not begun; nothing blocks, neither here nor later, but
     * for the engine's delegated tasks.
     */
    public SSLEngine newEngine() {
        return newEngine(List.of());
    }

    /**
     * Does the same for a port of several protocols.
     *
     * @param protocols the protocols by their names of ALPN (RFC 7301), the best first; clients that know ALPN and none of them are
     *     refused. Empty for a port without ALPN
     */
    public SSLEngine newEngine(List<String> protocols) {
        State now = state;
        SSLEngine engine = now.context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(now.parameters);
        if (!protocols.isEmpty()) {
            engine.setHandshakeApplicationProtocolSelector((self, offered) -> select(self, protocols, offered));
        }
        return engine;
    }

    /** Returns what people have to know of the certificate that is shown now. */
    public CertificateInfo certificate() {
        return state.certificate;
    }

    /** Returns null if there is none, which ends the handshake. */
    private static @Nullable String select(SSLEngine engine, List<String> protocols, List<String> offered) {
        for (String protocol : protocols) {
            if (offered.contains(protocol)
                    && (!protocol.equals(HTTP_2)
                            || isStrong(engine.getHandshakeSession().getCipherSuite()))) {
                return protocol;
            }
        }
        return null;
    }

    /** What {@link #refresh} has found. */
    public enum Found {
        /** The files are those that are shown, or those that have been refused before. */
        NOTHING_NEW,
        /** They have changed, and new connections are shown what is in them. */
        TAKEN,
        /** They have changed and do not hold what they have to, or cannot be read; what was shown before goes on. */
        REFUSED
    }

    /**
     * Reads the files again and shows from now on what is in them, to new connections; those that are open stay as they are.
     * Blocks.
     */
    public synchronized Found refresh() {
        ServerFiles now = null;
        try {
            now = ServerFiles.read(config);
            if (now.isSame(state.files)) {
                refuse(null, "");
                return Found.NOTHING_NEW;
            }
            if (now.isSame(refused)) {
                return Found.NOTHING_NEW;
            }
            state = state(config, now);
            refuse(null, "");
            return Found.TAKEN;
        } catch (TlsFileException e) {
            String why = String.valueOf(e.getMessage());
            boolean isNew = now != null || !why.equals(refusal);
            refuse(now, why);
            return isNew ? Found.REFUSED : Found.NOTHING_NEW;
        }
    }

    @GuardedBy("this")
    private void refuse(@Nullable ServerFiles files, String why) {
        refused = files;
        refusal = why;
    }

    /** Returns why the files are not those that are shown, or an empty text. */
    public synchronized String refusal() {
        return refusal;
    }

    private static State state(ServerTlsConfig config, ServerFiles files) {
        ServerFiles.Context context = files.context();
        return new State(files, context.ssl(), context.certificate(), parameters(config, context.ssl()));
    }

    private static SSLParameters parameters(ServerTlsConfig config, SSLContext context) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(config.protocols().toArray(String[]::new));
        List<String> chosen = config.cipherSuites();
        parameters.setCipherSuites(
                chosen.isEmpty() ? strong(parameters.getCipherSuites()) : chosen.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setNeedClientAuth(config.clientAuth() == ClientAuth.YES);
        if (config.clientAuth() == ClientAuth.OPTIONAL) {
            parameters.setWantClientAuth(true);
        }
        return parameters;
    }

    /**
     * Leaves those with forward secrecy and authenticated encryption, which HTTP/2 asks for (RFC 9113, appendix A), and every
     * client with TLS 1.2 of the last ten years has.
     */
    private static String[] strong(String[] suites) {
        return Stream.of(suites).filter(ServerTls::isStrong).toArray(String[]::new);
    }

    private static boolean isStrong(String suite) {
        return !suite.contains("_CBC_")
                && (!suite.contains("_WITH_") || suite.contains("_ECDHE_") || suite.contains("_DHE_"));
    }
}
