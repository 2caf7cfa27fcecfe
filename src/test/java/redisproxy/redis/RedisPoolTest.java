package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisPoolTest {
    private final TrackingPeer peer = new TrackingPeer();
    private final RedisPool pool = new RedisPool(TrackerTest.config(peer.address()));
    private final AtomicInteger strangers = new AtomicInteger();

    @AfterEach
    void close() {
        pool.close();
        peer.close();
    }

    @Test
    void lendsOneConnectionAgainAndAgain() {
        for (int i = 0; i < 5; i++) {
            borrowOnce();
        }
        assertThat(peer.clients).hasSize(1);
    }

    @Test
    void lendsNoneFromBefore() {
        OneTimeConnection lent = pool.borrow();
        borrowOnce();
        renew();
        pool.giveBack(lent);
        borrowOnce();
        borrowOnce();
        assertThat(peer.clients).hasSize(3);
        assertThat(strangers).hasValue(0);
    }

    @Test
    void lendsNoneThatWasBeingMade() throws Exception {
        CountDownLatch isMaking = new CountDownLatch(1);
        CountDownLatch isRenewed = new CountDownLatch(1);
        peer.script = (client, command) -> {
            if (client.number == 1) {
                isMaking.countDown();
                isRenewed.await();
            }
            return TrackingPeer.USUAL;
        };
        CompletableFuture<OneTimeConnection> borrowing = CompletableFuture.supplyAsync(pool::borrow);
        assertThat(isMaking.await(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        renew();
        isRenewed.countDown();
        assertThat(borrowing).succeedsWithin(Address.PATIENCE);
        assertThat(borrowing.join().ping()).isTrue();
        assertThat(peer.clients).hasSize(2);
        assertThat(peer.clients.get(0).commands).doesNotContain("PING");
    }

    @Test
    void saysWhenOneLeadsElsewhere() {
        renew();
        borrowOnce();
        assertThat(strangers).hasValue(0);
        peer.runId = "b2";
        pool.dropIdle();
        borrowOnce();
        assertThat(strangers).hasValue(1);
        borrowOnce();
        assertThat(strangers).hasValue(1);
    }

    @Test
    void serverThatDoesNotSayIsOneOfItsKind() {
        peer.script = (client, command) ->
                command.startsWith("INFO") ? "-NOPERM no permissions to run 'info'\r\n" : TrackingPeer.USUAL;
        pool.renew("", strangers::incrementAndGet);
        borrowOnce();
        assertThat(strangers).hasValue(0);
    }

    private void renew() {
        pool.renew(peer.runId, strangers::incrementAndGet);
    }

    private void borrowOnce() {
        OneTimeConnection connection = pool.borrow();
        assertThat(connection.ping()).isTrue();
        pool.giveBack(connection);
    }
}
