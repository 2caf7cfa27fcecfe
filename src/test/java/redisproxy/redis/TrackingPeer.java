package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import redisproxy.testkit.Address;

/** Holds values and tracks them as Redis does, except where the script of the test says otherwise. */
final class TrackingPeer implements AutoCloseable {
    /** A script's answer for "as Redis would". */
    static final String USUAL = null;

    /** A script's answer for none. */
    static final String NOTHING = "";

    final Map<String, String> values = new ConcurrentHashMap<>();
    final List<Client> clients = new CopyOnWriteArrayList<>();
    volatile Script script = (client, command) -> USUAL;
    volatile String runId = "a1";

    private final ServerSocket server;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What one test has a command answered by. */
    @FunctionalInterface
    interface Script {
        /** Returns the answer to a command, whose words are separated by spaces, as it goes over the wire. */
        String answer(Client client, String command) throws IOException, InterruptedException;
    }

    /** One connection. */
    static final class Client {
        final int number;
        final List<String> commands = new CopyOnWriteArrayList<>();
        volatile boolean isTracking;
        private final Socket socket;

        private Client(int number, Socket socket) {
            this.number = number;
            this.socket = socket;
        }

        synchronized void send(String latin1) {
            try {
                socket.getOutputStream().write(latin1.getBytes(ISO_8859_1));
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        void hangUp() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean hasAsked(String beginning) {
            return commands.stream().anyMatch(command -> command.startsWith(beginning));
        }
    }

    TrackingPeer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ScriptedPeer.start(this::accept);
    }

    Address address() {
        return Address.loopback(server.getLocalPort());
    }

    /** Holds a value from now on, and reports the write to the connections that track. */
    void write(String key, String value) {
        values.put(key, value);
        push(">2\r\n$10\r\ninvalidate\r\n*1\r\n" + bulk(key));
    }

    /** Sends this to the connections that track. */
    void push(String latin1) {
        trackers().forEach(client -> client.send(latin1));
    }

    List<Client> trackers() {
        return clients.stream()
                .filter(client -> client.isTracking && !client.socket.isClosed())
                .toList();
    }

    long asked(String beginning) {
        return clients.stream()
                .flatMap(client -> client.commands.stream())
                .filter(command -> command.startsWith(beginning))
                .count();
    }

    /** Says nothing until this peer is closed. */
    String keepSilent() throws InterruptedException {
        closed.await();
        return NOTHING;
    }

    static String bulk(String latin1) {
        return "$" + latin1.length() + "\r\n" + latin1 + "\r\n";
    }

    /** What {@code CLIENT TRACKINGINFO} answers. */
    static String trackingInfo(String flags, String... prefixes) {
        StringBuilder list = new StringBuilder("*" + prefixes.length + "\r\n");
        for (String prefix : prefixes) {
            list.append(bulk(prefix));
        }
        String[] all = flags.split(" ", -1);
        StringBuilder set = new StringBuilder("~" + all.length + "\r\n");
        for (String flag : all) {
            set.append(bulk(flag));
        }
        return "%3\r\n" + bulk("flags") + set + bulk("redirect") + ":0\r\n" + bulk("prefixes") + list;
    }

    private void accept() {
        try {
            while (true) {
                Client client = new Client(clients.size() + 1, server.accept());
                clients.add(client);
                ScriptedPeer.start(() -> serve(client));
            }
        } catch (IOException e) {
            closed.countDown();
        }
    }

    private void serve(Client client) {
        try (Socket socket = client.socket) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            while (true) {
                String command = String.join(" ", ScriptedPeer.readCommand(in));
                client.commands.add(command);
                String answer = script.answer(client, command);
                client.send(answer == null ? usual(client, command) : answer);
            }
        } catch (IOException | UncheckedIOException e) {
            // The client is gone, or the script has closed the socket.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String usual(Client client, String command) {
        String[] words = command.split(" ", -1);
        switch (words[0].toUpperCase(Locale.ROOT)) {
            case "HELLO" -> {
                return "%3\r\n" + bulk("server") + bulk("redis") + bulk("version") + bulk("7.4.0") + bulk("proto")
                        + ":3\r\n";
            }
            case "INFO" -> {
                return bulk("# Server\r\nrun_id:" + runId + "\r\n");
            }
            case "PING" -> {
                return "+PONG\r\n";
            }
            case "GET" -> {
                String value = values.get(words[1]);
                return value == null ? "_\r\n" : bulk(value);
            }
            case "PTTL" -> {
                return values.containsKey(words[1]) ? ":-1\r\n" : ":-2\r\n";
            }
            default -> {
                if (command.equals("CLIENT TRACKINGINFO")) {
                    return trackingInfo("on bcast", "");
                }
                client.isTracking |= command.startsWith("CLIENT TRACKING ON");
                return "+OK\r\n";
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        clients.forEach(Client::hangUp);
    }
}
