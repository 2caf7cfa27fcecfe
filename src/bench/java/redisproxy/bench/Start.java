package redisproxy.bench;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * A proxy that has just started.
 *
 * @param server its process and addresses
 * @param millis from its exec until both ports had given a value
 */
record Start(Server server, double millis) {
    private static final long PAUSE_MILLIS = 2;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    /** Starts it, and asks both ports again and again until both answer. */
    static Start of(Tools tools, Form form, Server redis) {
        Address http = Address.loopback(FreePort.find());
        Address resp = Address.loopback(FreePort.find());
        List<String> command =
                Launcher.proxyCommand(form.jvm(), form.jar(), http.port(), resp.port(), redis, Data.SMALL.count());
        long before = System.nanoTime();
        ChildProcess process = tools.serve(command);
        String key = Data.SMALL.key(0);
        Bytes value = Data.SMALL.value(0);
        await(process, () -> HttpConnection.get(http, "/" + key).body().equals(value));
        await(process, () -> {
            try (RespClient client = RespClient.connect(resp)) {
                return client.get(Bytes.utf8(key)).equals(new Reply.Bulk(value));
            }
        });
        return new Start(new Server(form.name(), process, resp, http), (System.nanoTime() - before) / 1e6);
    }

    private static void await(ChildProcess process, BooleanSupplier answersRight) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!isAnswered(answersRight)) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new BenchException(process.describe("not ready in " + LONGEST));
            }
            pause(PAUSE_MILLIS);
        }
    }

    private static boolean isAnswered(BooleanSupplier answersRight) {
        try {
            return answersRight.getAsBoolean();
        } catch (UncheckedIOException refused) {
            return false;
        }
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
