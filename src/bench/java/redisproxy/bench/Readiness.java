package redisproxy.bench;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Asks a proxy that is just starting. */
final class Readiness {
    private static final long PAUSE_MILLIS = 2;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private Readiness() {}

    /** Returns as soon as both ports have given the first value. */
    static void await(Server server) {
        Bytes key = Bytes.utf8(Data.SMALL.key(0));
        Bytes value = Data.SMALL.value(0);
        await(
                server,
                value,
                () -> HttpConnection.get(server.http(), "/" + Data.SMALL.key(0)).body());
        await(server, new Reply.Bulk(value), () -> {
            try (RespClient client = RespClient.connect(server.resp())) {
                return client.get(key);
            }
        });
    }

    private static void await(Server server, Object expected, Supplier<?> question) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (System.nanoTime() < end && server.process().isAlive()) {
            try {
                Object answer = question.get();
                if (answer.equals(expected)) {
                    return;
                }
                throw new BenchException("%s answers: %s".formatted(server.name(), answer));
            } catch (UncheckedIOException notYet) {
                pause(PAUSE_MILLIS);
            }
        }
        throw new BenchException(server.process().describe("not ready in " + LONGEST));
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
