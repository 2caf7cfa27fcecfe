package redisproxy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.TcpRelay.Weather;

/** Each fault of the relay is real: tests that use a relay rely on that. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TcpRelayTest {
    private static final String LONG = "x\r\n".repeat(1_000);

    private static RedisServerProcess redis;

    private final TcpRelay relay = new TcpRelay(redis.address());

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @AfterEach
    void close() {
        relay.close();
    }

    @Test
    void carriesBothWays() {
        for (Weather weather : new Weather[] {Weather.FAIR, Weather.SLOW}) {
            relay.become(weather);
            try (RespClient client = RespClient.connect(relay.address())) {
                assertThat(client.call("ECHO", LONG)).isEqualTo(Reply.bulk(LONG));
            }
        }
        assertThat(relay.accepted()).isEqualTo(2);
    }

    @Test
    void cutsWithinReplies() {
        try (RespClient client = RespClient.connect(relay.address())) {
            client.call("PING");
            relay.become(Weather.CUTTING);
            assertThatThrownBy(() -> {
                        while (true) {
                            client.call("ECHO", LONG);
                        }
                    })
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void endsConnectionsThatAskForValues() {
        try (RespClient client = RespClient.connect(relay.address())) {
            relay.become(Weather.REJECTING);
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            client.send(RespClient.encode("GET", "k"));
            assertThat(client.readToEnd().size()).isZero();
        }
    }

    @Test
    void keepsSilent() {
        try (RespClient client = RespClient.connect(relay.address());
                RespClient direct = RespClient.connect(redis.address())) {
            client.call("PING");
            relay.become(Weather.SILENT);
            client.send(RespClient.encode("SET", "k", "v"));
            relay.close();
            assertThat(client.readToEnd().size()).isZero();
            assertThat(direct.call("EXISTS", "k")).isEqualTo(new Reply.Whole(0));
        }
    }

    @Test
    void garblesFromTheNextReplyOn() {
        try (RespClient client = RespClient.connect(relay.address())) {
            client.call("PING");
            relay.become(Weather.GARBLING);
            client.send(RespClient.encode("ECHO", LONG));
            Bytes reply = client.read(LONG.length());
            assertThat(reply).isEqualTo(Bytes.of(new byte[LONG.length()]));
        }
    }

    @Test
    void refusesAndTakesConnections() {
        try (RespClient client = RespClient.connect(relay.address())) {
            client.call("PING");
            relay.refuse();
            assertThat(client.readToEnd().size()).isZero();
            assertThat(relay.address().isOpen()).isFalse();
            relay.listen();
            await().atMost(Address.PATIENCE).until(relay.address()::isOpen);
        }
    }

    @Test
    void findsWhereRepliesBegin() {
        ReplyScanner scanner = new ReplyScanner();
        StringBuilder boundaries = new StringBuilder();
        for (char each : "+OK\r\n$-1\r\n$4\r\n\r\n$1\r\n*2\r\n:-1\r\n$0\r\n\r\n>0\r\n".toCharArray()) {
            boundaries.append(scanner.isBetweenReplies() ? '|' : '.');
            scanner.accept((byte) each);
        }
        assertThat(boundaries).hasToString("|....|....|.........|...|....|.....|...");
        assertThat(scanner.isBetweenReplies()).isTrue();
    }
}
