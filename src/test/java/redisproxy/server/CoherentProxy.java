package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.TrackingStatus.State;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** A proxy with tracking and a TTL of an hour, and a connection to it. */
final class CoherentProxy implements AutoCloseable {
    static final Reply NONE = new Reply.Nil("$-1");

    private final ProxyServer server;
    private final RespClient client;

    private CoherentProxy(ProxyServer server) {
        this.server = server;
        this.client = connect();
    }

    /** Starts a proxy, and waits until Redis reports writes to it. */
    static CoherentProxy tracking(RedisServerProcess redis, String... flags) {
        return start(redis.address(), flags).await(State.TRACKING);
    }

    static CoherentProxy start(Address redis, String... flags) {
        List<String> all = new ArrayList<>(List.of(
                "--proxy-host",
                "127.0.0.1",
                "--proxy-port",
                "0",
                "--tcp-port",
                "0",
                "--admin-port",
                "none",
                "--redis-host",
                redis.host(),
                "--redis-port",
                Integer.toString(redis.port()),
                "--coherence",
                "tracking",
                "--ttl",
                "3600"));
        all.addAll(List.of(flags));
        return new CoherentProxy(ProxyServer.start(ProxyConfig.fromArgs(all.toArray(String[]::new))));
    }

    RespClient connect() {
        return RespClient.connect(address());
    }

    /** Returns the address of the RESP port. */
    Address address() {
        return Address.loopback(server.respPort());
    }

    Reply get(String key) {
        return client.call("GET", key);
    }

    HttpAnswer httpGet(String key) {
        return HttpConnection.get(
                Address.loopback(server.httpPort()), "/" + Bytes.utf8(key).percentEncoded());
    }

    TrackingStatus status() {
        return server.trackingStatus();
    }

    CoherentProxy await(State state) {
        await(() -> status().state() == state);
        return this;
    }

    /** Waits until tracking is confirmed again after a loss. */
    void awaitReturn(TrackingStatus before) {
        await(() -> status().state() == State.TRACKING && status().confirmations() > before.confirmations());
    }

    /** Waits until both ports answer with this value: an invalidation may come a little after the reply to the writer. */
    void awaitValue(String key, String value) {
        Reply expected = value == null ? NONE : Reply.bulk(value);
        await(() -> get(key).equals(expected));
        if (value == null) {
            assertThat(httpGet(key).status()).isEqualTo(404);
        } else {
            assertThat(httpGet(key).body()).isEqualTo(Bytes.utf8(value));
        }
    }

    static void await(BooleanSupplier condition) {
        Polling.atMost(Address.PATIENCE).until(condition::getAsBoolean);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
