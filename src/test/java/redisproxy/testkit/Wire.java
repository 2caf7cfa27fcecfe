package redisproxy.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** A socket whose bytes are sent and read one step at a time, every read bounded in time. */
final class Wire implements AutoCloseable {
    private final Socket socket;
    /** As it is on the network. */
    private final InputStream received;

    private final InputStream in;

    Wire(Address address) {
        try {
            socket = address.connect();
            received = socket.getInputStream();
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    /** With TLS. */
    Wire(Address address, SSLSocketFactory tls) {
        try {
            Socket plain = address.connect();
            received = plain.getInputStream();
            socket = tls.createSocket(plain, address.host(), address.port(), /* autoClose= */ true);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + address, e);
        }
    }

    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends as much as the peer reads. The peer may answer and close before the end. */
    void sendUntilRefused(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException refused) {
            // The answer of the peer is still to be read.
        }
    }

    void finishSending() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean hasInput() {
        try {
            return in.available() > 0 || received.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next byte, or -1 when the peer has closed. */
    int readByte() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The line up to CR LF, which is consumed and left out. */
    String readLine() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = readByte();
        while (next != '\n') {
            if (next < 0) {
                throw ended(Bytes.of(line.toByteArray()));
            }
            line.write(next);
            next = readByte();
        }
        String text = Bytes.of(line.toByteArray()).asLatin1();
        if (!text.endsWith("\r")) {
            throw new IllegalStateException("line without CR: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    Bytes read(int size) {
        try {
            byte[] bytes = in.readNBytes(size);
            if (bytes.length < size) {
                throw ended(Bytes.of(bytes));
            }
            return Bytes.of(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Bytes readToEnd() {
        try {
            return Bytes.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UncheckedIOException ended(Bytes before) {
        return new UncheckedIOException(new EOFException("closed by the peer, after: " + before));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
