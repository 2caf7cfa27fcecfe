package redisproxy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.RespClient;

/** A connection on which replies are read as bytes, however they are framed. */
final class RawConnection implements AutoCloseable {
    private static final String MARK = "-- the end of these replies --";
    private static final String MARKED = "$" + MARK.length() + "\r\n" + MARK + "\r\n";

    private static final int PATIENCE_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;

    RawConnection(Address address) throws IOException {
        this.socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = socket.getInputStream();
    }

    /** Sends commands together, and returns all that comes in reply. */
    String call(List<String[]> commands) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        for (String[] command : commands) {
            request.writeBytes(RespClient.encode(command).toArray());
        }
        request.writeBytes(RespClient.encode("ECHO", MARK).toArray());
        socket.getOutputStream().write(request.toByteArray());
        StringBuilder replies = new StringBuilder();
        byte[] buffer = new byte[8192];
        while (replies.length() < MARKED.length() || replies.indexOf(MARKED, replies.length() - MARKED.length()) < 0) {
            int count = in.read(buffer);
            if (count < 0) {
                throw new EOFException("closed after: " + replies);
            }
            replies.append(new String(buffer, 0, count, ISO_8859_1));
        }
        return replies.substring(0, replies.length() - MARKED.length());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
