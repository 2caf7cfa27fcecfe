package redisproxy.tls;

import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What all TLS connections to the proxy's own ports have in common: the certificate that is shown now, the clients that are
 * accepted, versions and cipher suites. Thread-safe.
 */
public final class ServerTls {
    private final ServerTlsConfig config;
    private volatile State state;

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
        State now = state;
        SSLEngine engine = now.context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(now.parameters);
        return engine;
    }

    /** Returns what people have to know of the certificate that is shown now. */
    public CertificateInfo certificate() {
        return state.certificate;
    }

    /**
     * Reads the files again and shows from now on what is in them, to new connections; those that are open stay as they are.
     * Blocks.
     *
     * @return whether something has changed
     * @throws TlsFileException if they do not hold what they have to; what was shown before goes on
     */
    public synchronized boolean refresh() {
        ServerFiles now = ServerFiles.read(config);
        if (now.isSame(state.files)) {
            return false;
        }
        state = state(config, now);
        return true;
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
        return Stream.of(suites)
                .filter(suite -> !suite.contains("_CBC_")
                        && (!suite.contains("_WITH_") || suite.contains("_ECDHE_") || suite.contains("_DHE_")))
                .toArray(String[]::new);
    }
}
