package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.UUID;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * What a deployed proxy must do: answer on both ports, from one cache.
 *
 * @param base the part of an HTTP request target before the key
 */
record OneCache(Address http, String base, Address resp, RedisServerProcess redis) {
    /** Waits until the process answers on both ports. */
    void awaitServing(ChildProcess process) {
        process.awaitAlive("serve " + http + base, () -> http.isOpen() && isServing());
        process.awaitAlive("serve RESP on " + resp, resp::isOpen);
    }

    private boolean isServing() {
        try {
            return get("nobody").status() == 404;
        } catch (UncheckedIOException stillDeploying) {
            return false;
        }
    }

    /** Reads keys over one port, then over the other, and counts the requests to Redis. */
    void verify() {
        try (RedisControl control = redis.control();
                RespClient client = RespClient.connect(resp)) {
            Bytes first = newKey();
            Bytes second = newKey();
            control.set(first, Bytes.utf8("Superhero"));
            control.set(second, Bytes.utf8("Sidekick"));
            long before = control.keyspaceHits();

            assertHttp(first, "Superhero");
            assertThat(client.get(first)).isEqualTo(Reply.bulk("Superhero"));
            assertThat(client.get(second)).isEqualTo(Reply.bulk("Sidekick"));
            assertHttp(second, "Sidekick");
            assertThat(query(second).body()).isEqualTo(Bytes.utf8("Sidekick"));

            assertThat(control.keyspaceHits() - before).isEqualTo(2);
        }
    }

    /** Reads, by the query parameter, a key that has each byte value. */
    void verifyEveryByteInQuery() {
        Bytes value = Bytes.utf8("here it is");
        try (RedisControl control = redis.control()) {
            for (byte each : Bytes.everyValue().toArray()) {
                Bytes key = newKey().plus(Bytes.of(each)).plus(Bytes.utf8(" end"));
                control.set(key, value);
                assertThat(query(key).body()).as(key.toString()).isEqualTo(value);
            }
        }
    }

    private void assertHttp(Bytes key, String value) {
        HttpAnswer answer = get(key.percentEncoded());
        assertThat(answer.status()).as(() -> answer.toString()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Bytes.utf8(value));
        assertThat(answer.headers()).doesNotContainKeys("server", "x-powered-by");
    }

    HttpAnswer get(String encodedKey) {
        return HttpConnection.get(http, base + "/" + encodedKey);
    }

    private HttpAnswer query(Bytes key) {
        return HttpConnection.get(http, base + "/query?key=" + key.percentEncoded());
    }

    private static Bytes newKey() {
        return Bytes.utf8("key " + UUID.randomUUID());
    }
}
