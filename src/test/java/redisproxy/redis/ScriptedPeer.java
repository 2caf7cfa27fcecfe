package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import redisproxy.testkit.Address;

/** Takes connections as Redis does, and answers each read as the test says. */
final class ScriptedPeer implements AutoCloseable {
    private final ServerSocket server;
    private final Answer answer;
    private final AtomicInteger gets = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile Info info = section -> "+OK\r\n";
    private final CountDownLatch closed = new CountDownLatch(1);

    /** How a GET, TYPE, EXISTS or STRLEN is answered. */
    @FunctionalInterface
    interface Answer {
        /**
         * Answers on a thread of the connection.
         *
         * @param number of the read, from 1
         */
        void to(int number, Socket client) throws IOException, InterruptedException;
    }

    /** How INFO is answered. */
    @FunctionalInterface
    interface Info {
        /** Returns the reply, on a thread of the connection. */
        String to(String section) throws InterruptedException;
    }

    /** From now on INFO is answered so. */
    void tell(Info told) {
        info = told;
    }

    ScriptedPeer(Answer answer) {
        this.answer = answer;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    Address address() {
        return Address.loopback(server.getLocalPort());
    }

    int gets() {
        return gets.get();
    }

    int connections() {
        return connections.get();
    }

    static void send(Socket client, String latin1) throws IOException {
        client.getOutputStream().write(latin1.getBytes(ISO_8859_1));
    }

    /** Sends byte after byte, with a pause after each, until this peer is closed. */
    void drip(Socket client, String latin1, int pauseMillis) throws IOException, InterruptedException {
        OutputStream out = client.getOutputStream();
        for (byte each : latin1.getBytes(ISO_8859_1)) {
            out.write(each);
            if (closed.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** Says nothing until this peer is closed. */
    void keepSilent() throws InterruptedException {
        closed.await();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                sockets.add(client);
                connections.incrementAndGet();
                start(() -> serve(client));
            }
        } catch (IOException e) {
            closed.countDown();
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            while (true) {
                String[] words = readCommand(in);
                switch (words[0]) {
                    case "GET", "TYPE", "EXISTS", "STRLEN" -> answer.to(gets.incrementAndGet(), client);
                    case "INFO" -> send(client, info.to(words[1]));
                    default -> greet(words[0], client);
                }
            }
        } catch (IOException e) {
            // The client is gone, or the script has closed the socket.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes connections until the server is closed, and answers their commands as Redis does, after {@code before} each. */
    static void accept(ServerSocket server, Consumer<String[]> before) {
        try {
            while (true) {
                Socket client = server.accept();
                start(() -> answer(client, before));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private static void answer(Socket client, Consumer<String[]> before) {
        try (client) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            while (true) {
                String[] words = readCommand(in);
                before.accept(words);
                greet(words[0], client);
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private static void greet(String command, Socket client) throws IOException {
        switch (command) {
            case "HELLO" ->
                send(
                        client,
                        "%3\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.4.0\r\n$5\r\nproto\r\n:3\r\n");
            case "PING" -> send(client, "+PONG\r\n");
            default -> send(client, "+OK\r\n");
        }
    }

    static String[] readCommand(DataInputStream in) throws IOException {
        String[] words = new String[number(in)];
        for (int i = 0; i < words.length; i++) {
            byte[] word = new byte[number(in)];
            in.readFully(word);
            in.readFully(new byte[2]);
            words[i] = new String(word, ISO_8859_1);
        }
        return words;
    }

    private static int number(DataInputStream in) throws IOException {
        in.readByte();
        StringBuilder digits = new StringBuilder();
        for (byte next = in.readByte(); next != '\n'; next = in.readByte()) {
            if (next != '\r') {
                digits.append((char) next);
            }
        }
        return Integer.parseInt(digits.toString());
    }

    static void start(Runnable task) {
        Thread thread = new Thread(task, "scripted-peer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
