package redisproxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Clients that open a connection for each request, as curl and redis-cli do in scripts, until they are closed. Thread-safe. */
final class NewConnections implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder requests = new LongAdder();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    private NewConnections() {}

    /** Has so many clients ask for {@code key} on each port, one request after the other. */
    static NewConnections start(Address http, Address resp, int clients, Bytes key, Bytes value) {
        NewConnections started = new NewConnections();
        for (int i = 0; i < clients; i++) {
            started.run(() -> {
                try (HttpConnection connection = HttpConnection.connect(http)) {
                    connection.get(key);
                    return connection.read().body().equals(value) ? null : "another answer over HTTP";
                }
            });
            started.run(() -> {
                try (RespClient connection = RespClient.connect(resp)) {
                    Reply reply = connection.get(key);
                    return new Reply.Bulk(value).equals(reply) ? null : "another reply: " + reply;
                }
            });
        }
        started.threads.forEach(Thread::start);
        return started;
    }

    private interface Attempt {
        /** Returns what is wrong, or null. */
        String failure();
    }

    private void run(Attempt attempt) {
        threads.add(new Thread(
                () -> {
                    while (!isOver) {
                        requests.increment();
                        try {
                            String failure = attempt.failure();
                            if (failure != null) {
                                failures.add(failure);
                            }
                        } catch (RuntimeException | AssertionError e) {
                            failures.add(e.toString());
                        }
                    }
                },
                "new-connections"));
    }

    long requests() {
        return requests.sum();
    }

    /** Returns what went wrong so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        isOver = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
