package redisproxy.admin;

import java.net.InetSocketAddress;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import redisproxy.tls.ServerTls;

/** Gives Jetty the engines of {@link ServerTls}, whose certificate may change. Thread-safe. */
final class TlsEngines extends SslContextFactory.Server {
    private final ServerTls tls;

    TlsEngines(ServerTls tls) {
        this.tls = tls;
        try {
            // Jetty asks for one, and would look for files without it. No connection uses it.
            setSslContext(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public SSLEngine newSSLEngine() {
        return tls.newEngine();
    }

    @Override
    public SSLEngine newSSLEngine(String host, int port) {
        return tls.newEngine();
    }

    @Override
    public SSLEngine newSSLEngine(InetSocketAddress address) {
        return tls.newEngine();
    }
}
