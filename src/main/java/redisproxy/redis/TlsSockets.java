package redisproxy.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Connects one socket and agrees on TLS, which waits three tenths of the timeout at most for the server. Thread-safe. */
final class TlsSockets implements JedisSocketFactory {
    /**
     * The JDK waits as long again before it gives a silent connection up, and the failure has to be known before the request is
     * overdue, to be told instead of that.
     */
    private static final int PERCENT_FOR_HANDSHAKE = 30;

    private static final int PERCENT_FOR_PROBE = 12;
    private static final byte[] PING = "PING\r\n".getBytes(US_ASCII);

    private final JedisSocketFactory sockets;
    private final TlsContext tls;
    private final NodeConfig config;

    private volatile @Nullable Socket latest;

    TlsSockets(JedisSocketFactory sockets, TlsContext tls, NodeConfig config) {
        this.sockets = sockets;
        this.tls = tls;
        this.config = config;
    }

    @Override
    public Socket createSocket() {
        Socket connected = sockets.createSocket();
        try {
            int readTimeout = connected.getSoTimeout();
            connected.setSoTimeout(part(PERCENT_FOR_HANDSHAKE));
            SSLSocket secure = tls.over(connected, config.address());
            secure.startHandshake();
            secure.setSoTimeout(readTimeout);
            latest = secure;
            return secure;
        } catch (IOException e) {
            close(connected);
            throw new TlsRefusedException(refusal(e));
        } catch (JedisConnectionException e) {
            close(connected);
            throw e;
        }
    }

    /** Returns the socket that has agreed on TLS last. */
    Socket latest() throws IOException {
        Socket socket = latest;
        if (socket == null) {
            throw new IOException("the connection is closed");
        }
        return socket;
    }

    private String refusal(IOException e) {
        if (Failures.root(e) instanceof SocketTimeoutException) {
            return answersPlainly() ? TlsFailures.NO_TLS : TlsFailures.SILENT;
        }
        return TlsFailures.describe(tls.config(), e);
    }

    /** Redis without TLS waits for the end of what it takes for a command, and would be silent for ever. */
    private boolean answersPlainly() {
        try (Socket probe = sockets.createSocket()) {
            probe.setSoTimeout(part(PERCENT_FOR_PROBE));
            probe.getOutputStream().write(PING);
            int first = probe.getInputStream().read();
            return first == '+' || first == '-';
        } catch (IOException | JedisConnectionException e) {
            return false;
        }
    }

    private int part(int percent) {
        return Math.toIntExact(Math.max(1, config.timeout().toMillis() * percent / 100));
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    /** Returns why the connection has failed before the first reply, or null if TLS has no part in it. */
    @Nullable
    String explain(Throwable failure) {
        return TlsFailures.explain(tls.config(), failure);
    }
}
