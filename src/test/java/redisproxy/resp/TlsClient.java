package redisproxy.resp;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

/** A client whose TLS records the test sends as it likes: cut, together, or damaged. */
final class TlsClient implements AutoCloseable {
    private static final int MOST_BYTES = 64 * 1024;

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final ByteBuffer received = ByteBuffer.allocate(MOST_BYTES).limit(0);
    private int records;

    /** Connects and does nothing more. */
    TlsClient(Address address, SSLContext context) {
        try {
            socket = SocketChannel.open(new InetSocketAddress(address.host(), address.port()));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            engine = context.createSSLEngine();
            engine.setUseClientMode(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TlsClient speaking(String protocol) {
        engine.setEnabledProtocols(new String[] {protocol});
        return this;
    }

    /** Shakes hands. */
    TlsClient open() {
        try {
            engine.beginHandshake();
            while (true) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> engine.getDelegatedTask().run();
                    case NEED_WRAP -> sendRaw(encrypted(new byte[0]));
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        if (decrypt(ByteBuffer.allocate(MOST_BYTES)) < 0) {
                            throw new EOFException("closed in the handshake");
                        }
                    }
                    case FINISHED, NOT_HANDSHAKING -> {
                        return this;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first bytes of a handshake. */
    byte[] hello() throws SSLException {
        engine.beginHandshake();
        return encrypted(new byte[0]);
    }

    /** As one record. */
    byte[] encrypted(byte[] data) throws SSLException {
        ByteBuffer out = ByteBuffer.allocate(MOST_BYTES);
        ByteBuffer in = ByteBuffer.wrap(data);
        do {
            engine.wrap(in, out);
        } while (in.hasRemaining());
        return Arrays.copyOf(out.array(), out.position());
    }

    /** A record that changes keys and has no data, for TLS 1.3. */
    byte[] keyUpdate() throws SSLException {
        engine.beginHandshake();
        return encrypted(new byte[0]);
    }

    /** The alert that ends the output. */
    byte[] ending() throws SSLException {
        engine.closeOutbound();
        return encrypted(new byte[0]);
    }

    void send(Bytes data) throws IOException {
        sendRaw(encrypted(data.toArray()));
    }

    void sendRaw(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            socket.write(left);
        }
    }

    /** Reads so many bytes of data. */
    Bytes read(int size) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(size + MOST_BYTES);
        while (data.position() < size) {
            if (decrypt(data) < 0) {
                throw new EOFException("closed after %d bytes".formatted(data.position()));
            }
        }
        return Bytes.of(Arrays.copyOf(data.array(), data.position()));
    }

    /** How many records of data have been read. */
    int records() {
        return records;
    }

    String protocol() {
        return engine.getSession().getProtocol();
    }

    /** Waits until the peer has closed; returns whether it has said so by an alert. */
    boolean awaitClosed() {
        try {
            while (true) {
                if (decrypt(ByteBuffer.allocate(MOST_BYTES)) < 0) {
                    return engine.isInboundDone();
                }
            }
        } catch (SSLException alert) {
            return true;
        } catch (IOException reset) {
            return false;
        }
    }

    /** Decrypts one record; returns how many bytes, or -1 at the end. */
    private int decrypt(ByteBuffer data) throws IOException {
        while (true) {
            SSLEngineResult result = engine.unwrap(received, data);
            switch (result.getStatus()) {
                case OK -> {
                    records += result.bytesProduced() > 0 ? 1 : 0;
                    return result.bytesProduced();
                }
                case CLOSED -> {
                    return -1;
                }
                case BUFFER_OVERFLOW -> throw new IllegalStateException("too little room");
                case BUFFER_UNDERFLOW -> {
                    received.compact();
                    int count = socket.read(received);
                    received.flip();
                    if (count < 0) {
                        return -1;
                    }
                }
            }
        }
    }

    /** Closes the socket, without an alert. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
