package redisproxy.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Address;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HangUpTest {
    private static final byte[] WORDS = "-ERR bye\r\n".getBytes(US_ASCII);

    private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();
    private MemorySource source;
    private HangUp hangUp;

    @BeforeEach
    void start() throws Exception {
        scheduler.start();
        source = new MemorySource(scheduler);
        hangUp = new HangUp(source, Runnable::run);
    }

    @AfterEach
    void stop() throws Exception {
        source.close();
        scheduler.stop();
    }

    @Test
    void saysTheLastWordsWhenEarlierRepliesAreWritten() {
        assertThat(hangUp.isDecided()).isFalse();
        hangUp.decide(WORDS);
        assertThat(hangUp.isDecided()).isTrue();
        assertThat(source.getOutputString()).isEmpty();
        assertThat(hangUp.finish()).isTrue();
        assertThat(source.getOutputString()).isEqualTo("-ERR bye\r\n");
        assertThat(source.isOutputShutdown()).isTrue();
        assertThat(source.isOpen()).as("the client may still be sending").isTrue();
        source.addInput("more");
        source.addInputEOF();
        await().atMost(Address.PATIENCE).until(() -> !source.isOpen());
    }

    @Test
    void saysLateWordsAfterAPause() throws Exception {
        CountDownLatch woken = new CountDownLatch(1);
        long decided = System.nanoTime();
        hangUp.decideLate(WORDS, woken::countDown);
        assertThat(hangUp.isDecided()).isTrue();
        if (System.nanoTime() - decided < TimeUnit.MILLISECONDS.toNanos(HangUp.LATE_MILLIS)) {
            assertThat(hangUp.finish()).isFalse();
        }
        assertThat(woken.await(Address.PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        assertThat(System.nanoTime() - decided)
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(HangUp.LATE_MILLIS));
        assertThat(hangUp.finish()).isTrue();
        assertThat(source.getOutputString()).isEqualTo("-ERR bye\r\n");
    }

    @Test
    void closesAtOnceWithoutALinger() {
        hangUp.now(WORDS, 0);
        assertThat(source.getOutputString()).isEqualTo("-ERR bye\r\n");
        assertThat(source.isOpen()).isFalse();
    }

    @Test
    void closesAClientThatNeverDoes() {
        hangUp.drain(10);
        assertThat(source.isOutputShutdown()).isTrue();
        await().atMost(Address.PATIENCE).until(() -> !source.isOpen());
    }

    @Test
    void doesNothingOnceTheClientIsGone() {
        Connection before = source.getConnection();
        source.close();
        hangUp.now(WORDS);
        assertThat(source.getConnection()).isSameAs(before);
    }

    @Test
    void refusedClientsDoNotLingerWhenTheyAreMany() {
        assertThat(HangUp.lingerMillis(1)).isEqualTo(HangUp.LINGER_MILLIS);
        assertThat(HangUp.lingerMillis(1_001)).isZero();
    }
}
