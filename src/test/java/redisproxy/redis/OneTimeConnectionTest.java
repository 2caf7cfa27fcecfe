package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;

final class OneTimeConnectionTest {
    @Test
    void isNotOpenedAgain() {
        try (TrackingPeer peer = new TrackingPeer()) {
            TrackingConnection connection = connection(peer.address());
            connection.open();
            assertThat(connection.ping()).isTrue();
            connection.abort();
            assertThatThrownBy(() -> connection.sendCommand(Protocol.Command.PING))
                    .isInstanceOf(JedisConnectionException.class);
            assertThatThrownBy(connection::sendPing).isInstanceOf(JedisConnectionException.class);
            assertThat(peer.clients).hasSize(1);
        }
    }

    @Test
    void isNotOpenedWhenAbortedBefore() {
        try (TrackingPeer peer = new TrackingPeer()) {
            TrackingConnection connection = connection(peer.address());
            connection.abort();
            assertThatThrownBy(connection::open).isInstanceOf(JedisConnectionException.class);
            assertThat(peer.clients).isEmpty();
        }
    }

    @Test
    void linkIsNotOpenedAgain() {
        try (TrackingPeer peer = new TrackingPeer();
                Links links = new Links(
                        TrackedStore.config(peer.address()), new NodeCounters(), Rerouting.NONE, new EventLog())) {
            Link link = links.acquire();
            link.open();
            link.abort();
            assertThatThrownBy(() -> link.sendCommand(Protocol.Command.PING))
                    .isInstanceOf(JedisConnectionException.class);
            links.giveBack(link);
            Link next = links.acquire();
            next.open();
            next.sendCommand(Protocol.Command.PING);
            next.flush();
            assertThat(next.reply()).isEqualTo(new RespReader.SimpleString("PONG"));
            assertThat(peer.clients).hasSize(2);
        }
    }

    private static TrackingConnection connection(Address address) {
        return new TrackingConnection(TrackedStore.config(address));
    }
}
