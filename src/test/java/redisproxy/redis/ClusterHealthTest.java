package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.measure.EventLog;

final class ClusterHealthTest {
    private static final String DOWN = "The Cluster does not serve";
    private static final String SERVES = "The Cluster serves again";

    private final AtomicLong now = new AtomicLong();
    private final ClusterHealth health = new ClusterHealth(now::get, new EventLog());
    private final LogLines log = new LogLines();

    @AfterEach
    void close() {
        log.close();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void isKnownDownAfterAWhile() {
        health.down("a says so");
        assertThat(health.isKnownDown()).isFalse();
        assertThat(health.detail()).isEqualTo("a says so");
        pass(ClusterHealth.KNOWN_AFTER.dividedBy(2));
        health.down("b says so");
        assertThat(health.isKnownDown()).isFalse();
        pass(ClusterHealth.KNOWN_AFTER.dividedBy(2));
        assertThat(health.isKnownDown()).isTrue();
        assertThat(health.detail()).isEqualTo("b says so");
        health.serves();
        assertThat(health.isKnownDown()).isFalse();
        assertThat(health.detail()).isEmpty();
        health.down("a says so again");
        assertThat(health.isKnownDown()).as("counted anew").isFalse();
    }

    /** A node that is cut off refuses, while the others serve. */
    @Test
    void isNotKnownDownByRefusalsAlone() {
        health.refused("a replied CLUSTERDOWN");
        pass(ClusterHealth.KNOWN_AFTER.multipliedBy(10));
        health.refused("a replied CLUSTERDOWN");
        assertThat(health.isKnownDown()).isFalse();
        assertThat(health.detail()).isEmpty();
    }

    @Test
    void logsEachOutageOnce() {
        for (int outage = 1; outage <= 2; outage++) {
            health.refused("a replied CLUSTERDOWN");
            health.refused("b replied CLUSTERDOWN");
            health.down("a says so");
            assertThat(log.with(DOWN)).hasSize(outage);
            assertThat(log.with(SERVES)).hasSize(outage - 1);
            pass(ClusterHealth.KNOWN_AFTER);
            health.serves();
            health.serves();
            assertThat(log.with(SERVES)).hasSize(outage);
        }
        assertThat(log.with(DOWN).get(0)).contains("a replied CLUSTERDOWN");
    }

    @Test
    void doesNotSayThatItServesWhileANodeRefuses() {
        health.refused("a replied CLUSTERDOWN");
        health.serves();
        assertThat(log.with(SERVES)).isEmpty();
        pass(ClusterHealth.KNOWN_AFTER);
        health.serves();
        assertThat(log.with(SERVES)).hasSize(1);
    }
}
