package redisproxy.bench;

import java.io.UncheckedIOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * A client that asks a server for a random key again and again, with a pause in between, and connects anew when the server
 * has gone. Its figures may be read by other threads.
 */
final class PatientClient implements AutoCloseable {
    private static final Data DATA = Data.SMALL;
    private static final long PAUSE_MILLIS = 20;
    private static final long PAUSE_BEFORE_CONNECTING_MILLIS = 100;

    private final Address server;
    private final AtomicLong errors = new AtomicLong();
    private volatile boolean isOver;
    private volatile long answeredAt = System.nanoTime();
    private volatile String wrong = "";

    /** Begins to ask for the small values. */
    PatientClient(Address server) {
        this.server = server;
        Thread thread = new Thread(this::run, "client");
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether there has been a value since this reading of {@link System#nanoTime}; fails if one was wrong. */
    boolean hasAnswerSince(long time) {
        if (!wrong.isEmpty()) {
            throw new BenchException(wrong);
        }
        return answeredAt - time > 0;
    }

    /** Returns how many error replies there were. */
    long errors() {
        return errors.get();
    }

    private void run() {
        while (!isOver) {
            try (RespClient client = RespClient.connect(server)) {
                while (!isOver) {
                    ask(client);
                    Start.pause(PAUSE_MILLIS);
                }
            } catch (UncheckedIOException gone) {
                Start.pause(PAUSE_BEFORE_CONNECTING_MILLIS);
            }
        }
    }

    private void ask(RespClient client) {
        int index = ThreadLocalRandom.current().nextInt(DATA.count());
        Reply reply = client.get(Bytes.utf8(DATA.key(index)));
        if (reply instanceof Reply.Failure) {
            errors.incrementAndGet();
        } else if (reply.equals(new Reply.Bulk(DATA.value(index)))) {
            answeredAt = System.nanoTime();
        } else {
            wrong = "%s answers for %s: %s".formatted(server, DATA.key(index), reply);
        }
    }

    @Override
    public void close() {
        isOver = true;
    }
}
