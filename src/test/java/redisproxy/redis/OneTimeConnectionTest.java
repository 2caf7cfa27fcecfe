package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.testkit.Address;

final class OneTimeConnectionTest {
    @Test
    void isNotOpenedAgain() {
        try (TrackingPeer peer = new TrackingPeer()) {
            TrackingConnection connection = connection(peer.address());
            connection.open();
            assertThat(connection.ping()).isTrue();
            RedisPool.disconnect(connection);
            assertThatThrownBy(() -> connection.sendCommand(Protocol.Command.PING))
                    .isInstanceOf(JedisConnectionException.class);
            assertThatThrownBy(connection::sendPing).isInstanceOf(JedisConnectionException.class);
            assertThat(peer.clients).hasSize(1);
        }
    }

    @Test
    void isNotOpenedWhenClosedBefore() {
        try (TrackingPeer peer = new TrackingPeer()) {
            TrackingConnection connection = connection(peer.address());
            RedisPool.disconnect(connection);
            assertThatThrownBy(connection::open).isInstanceOf(JedisConnectionException.class);
            assertThat(peer.clients).isEmpty();
        }
    }

    @Test
    void pooledOneIsNotOpenedAgain() {
        try (TrackingPeer peer = new TrackingPeer();
                RedisPool pool = new RedisPool(TrackerTest.config(peer.address()))) {
            OneTimeConnection connection = pool.borrow();
            RedisPool.disconnect(connection);
            assertThatThrownBy(() -> connection.sendCommand(Protocol.Command.PING))
                    .isInstanceOf(JedisConnectionException.class);
            pool.giveBack(connection);
            assertThat(pool.borrow().ping()).isTrue();
            assertThat(peer.clients).hasSize(2);
        }
    }

    private static TrackingConnection connection(Address address) {
        return TrackingConnection.to(TrackerTest.config(address));
    }
}
