package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LinksTest {
    private final TrackingPeer peer = new TrackingPeer();
    private final NodeCounters counters = new NodeCounters();
    private final Links links =
            new Links(TrackedStore.config(peer.address()), counters, Rerouting.NONE, new EventLog());
    private final AtomicInteger strangers = new AtomicInteger();

    @AfterEach
    void close() {
        links.close();
        peer.close();
        assertThat(counters.linksOpen()).isZero();
    }

    @Test
    void givesOneLinkAgainAndAgain() {
        for (int i = 0; i < 5; i++) {
            useOnce();
        }
        assertThat(peer.clients).hasSize(1);
        assertThat(counters.linksOpened()).isOne();
        assertThat(counters.linksOpen()).isOne();
    }

    @Test
    void givesNoMoreThanConfigured() {
        NodeConfig two = StoreFixture.config(peer.address(), 2, Duration.ofMillis(50));
        try (Links few = new Links(two, new NodeCounters(), Rerouting.NONE, new EventLog())) {
            Link first = few.acquire();
            Link second = few.acquire();
            assertThatThrownBy(few::acquire).isInstanceOf(JedisException.class);
            few.giveBack(first);
            few.giveBack(few.acquire());
            few.giveBack(second);
        }
    }

    @Test
    void givesNoneFromBefore() {
        Link link = open();
        useOnce();
        renew();
        assertThat(link.isCurrent()).isFalse();
        links.giveBack(link);
        useOnce();
        useOnce();
        assertThat(peer.clients).hasSize(3);
        assertThat(strangers).hasValue(0);
    }

    @Test
    void linkThatWasBeingOpenedIsOutdated() throws Exception {
        CountDownLatch isMaking = new CountDownLatch(1);
        CountDownLatch isRenewed = new CountDownLatch(1);
        peer.script = (client, command) -> {
            if (client.number == 1) {
                isMaking.countDown();
                isRenewed.await();
            }
            return TrackingPeer.USUAL;
        };
        CompletableFuture<Link> opening = CompletableFuture.supplyAsync(this::open);
        assertThat(isMaking.await(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        renew();
        isRenewed.countDown();
        assertThat(opening).succeedsWithin(Address.PATIENCE);
        assertThat(opening.join().isCurrent()).isFalse();
        links.giveBack(opening.join());
        useOnce();
        assertThat(peer.clients).hasSize(2);
        assertThat(peer.clients.get(0).commands).doesNotContain("PING");
    }

    @Test
    void abortedLinkIsNotGivenAgain() {
        Link link = open();
        link.abort();
        assertThat(link.isCurrent()).isFalse();
        links.giveBack(link);
        useOnce();
        assertThat(peer.clients).hasSize(2);
        assertThat(counters.linksOpened()).isEqualTo(2);
        assertThat(counters.linksOpen()).isOne();
    }

    @Test
    void saysWhenOneLeadsElsewhere() {
        renew();
        useOnce();
        assertThat(strangers).hasValue(0);
        peer.runId = "b2";
        Link known = links.acquire();
        Link other = open();
        assertThat(strangers).hasValue(1);
        links.giveBack(known);
        links.giveBack(other);
        useOnce();
        assertThat(strangers).hasValue(1);
    }

    @Test
    void serversThatDoNotIdentifyThemselvesAreEqual() {
        peer.script = (client, command) ->
                command.startsWith("INFO") ? "-NOPERM no permissions to run 'info'\r\n" : TrackingPeer.USUAL;
        links.renew("", strangers::incrementAndGet);
        useOnce();
        assertThat(strangers).hasValue(0);
    }

    private void renew() {
        links.renew(peer.runId, strangers::incrementAndGet);
    }

    private Link open() {
        Link link = links.acquire();
        if (!link.isOpen()) {
            link.open();
        }
        return link;
    }

    private void useOnce() {
        Link link = open();
        assertThat(link.isCurrent()).isTrue();
        link.sendCommand(Protocol.Command.PING);
        link.flush();
        assertThat(link.reply()).isEqualTo(new RespReader.SimpleString("PONG"));
        links.giveBack(link);
    }
}
