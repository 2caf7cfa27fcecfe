package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Requests and conditions that several tests of the RESP port use. */
final class Traffic {
    private static final Pattern CONNECTED = Pattern.compile("connected_clients:(\\d+)");

    private Traffic() {}

    static void awaitConnected(RespClient client, int connected) {
        await().atMost(Address.PATIENCE).untilAsserted(() -> {
            Matcher found = CONNECTED.matcher(text(client.call("INFO", "clients")));
            assertThat(found.find()).isTrue();
            assertThat(found.group(1)).isEqualTo(Integer.toString(connected));
        });
    }

    /** Is served so many times, between which any other client has a turn if it has something to do. */
    static void passTurns(RespClient client, int turns) {
        for (int i = 0; i < turns; i++) {
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    /** Waits until the proxy has executed some requests of the reader, and then none for a while. */
    static void awaitStalled(RespClient observer, RespClient reader) {
        Pattern processed = Pattern.compile("total_commands_processed:(\\d+)");
        long[] last = {-1};
        int[] same = {0};
        await().atMost(Address.PATIENCE).pollInterval(20, TimeUnit.MILLISECONDS).until(() -> {
            Matcher found = processed.matcher(text(observer.call("INFO", "stats")));
            long now = found.find() ? Long.parseLong(found.group(1)) : 0;
            // The observer's INFO is counted too.
            same[0] = reader.hasInput() && now == last[0] + 1 ? same[0] + 1 : 0;
            last[0] = now;
            return same[0] >= 5;
        });
    }

    static String text(Reply reply) {
        return ((Reply.Bulk) reply).bytes().asUtf8();
    }

    static byte[] encodeGets(int requests, IntFunction<String> keys) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < requests; i++) {
            out.writeBytes(RespClient.encode("GET", keys.apply(i)).toArray());
        }
        return out.toByteArray();
    }

    static Bytes pattern(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Bytes.of(bytes);
    }

    /** Returns a connection that has been seen to ask for small values. */
    static RespClient connectOfSmallValues(RunningResp resp) {
        RespClient client = resp.connect();
        for (int i = 0; i < 10; i++) {
            assertThat(client.call("GET", "small" + i)).isInstanceOf(Reply.Nil.class);
        }
        return client;
    }
}
