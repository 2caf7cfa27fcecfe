package redisproxy.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Relays connections to a Redis that seems to be another server, or of another version, in its replies to HELLO. */
public final class VersionRelay implements AutoCloseable {
    private static final Pattern TOLD =
            Pattern.compile("(\\$6\r\nserver\r\n)\\$5\r\nredis(\r\n\\$7\r\nversion\r\n)\\$\\d+\r\n[0-9.]+\r\n");

    private final Address redis;
    private final ServerSocket server;
    private final Map<Socket, Socket> links = new ConcurrentHashMap<>();
    private volatile String name = "redis";
    private volatile String version;

    /** Begins to relay; the Redis seems to be of this version. */
    public VersionRelay(Address redis, String version) {
        this.redis = redis;
        this.version = version;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        begin(this::accept);
    }

    public Address address() {
        return Address.loopback(server.getLocalPort());
    }

    /** Has the server seem to be replaced by another one: all connections end. */
    public void become(String newName, String newVersion) {
        name = newName;
        version = newVersion;
        links.forEach((near, far) -> {
            close(near);
            close(far);
        });
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), redis.port());
                links.put(near, far);
                begin(() -> carry(near, far, /* isReply= */ false));
                begin(() -> carry(far, near, /* isReply= */ true));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void carry(Socket from, Socket to, boolean isReply) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                // Redis writes its reply to HELLO by one call.
                String bytes = new String(buffer, 0, count, ISO_8859_1);
                out.write((isReply ? changed(bytes) : bytes).getBytes(ISO_8859_1));
            }
        } catch (IOException e) {
            // One end has closed.
        } finally {
            links.remove(from);
            links.remove(to);
            close(from);
            close(to);
        }
    }

    private String changed(String reply) {
        return TOLD.matcher(reply).replaceFirst("$1" + bulk(name) + "$2" + bulk(version) + "\r\n");
    }

    private static String bulk(String text) {
        return "\\$%d\r\n%s".formatted(text.length(), text);
    }

    private static void begin(Runnable task) {
        Thread thread = new Thread(task, "version-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        close(server);
        become(name, version);
    }
}
