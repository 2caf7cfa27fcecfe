package redisproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoginAttemptsTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<String> lines = new ArrayList<>();
    private final LoginAttempts attempts = new LoginAttempts(clock::get, lines::add);

    @Test
    void tellsHowMuchOfThePauseIsLeft() {
        AtomicLong nanos = new AtomicLong();
        LoginAttempts attempts = new LoginAttempts(nanos::get, text -> {});
        assertThat(attempts.pauseLeftMillis("10.0.0.1")).isZero();
        attempts.failed("10.0.0.1");
        attempts.failed("10.0.0.1");
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(50));
        assertThat(attempts.pauseLeftMillis("10.0.0.1")).isEqualTo(150);
        assertThat(attempts.pauseLeftMillis("10.0.0.2")).isZero();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(150));
        assertThat(attempts.pauseLeftMillis("10.0.0.1")).isZero();
    }

    @Test
    void eachFailureOfAnAddressWaitsLonger() {
        assertThat(attempts.failed("10.0.0.1")).isEqualTo(100);
        assertThat(attempts.failed("10.0.0.1")).isEqualTo(200);
        assertThat(attempts.failed("10.0.0.2")).isEqualTo(100);
        for (int i = 0; i < 100; i++) {
            assertThat(attempts.failed("10.0.0.1")).isLessThanOrEqualTo(3200);
        }
        assertThat(attempts.failures()).isEqualTo(103);
        assertThat(lines).hasSize(103).startsWith("A login from 10.0.0.1 failed; its answer waits for 100 ms");
    }

    @Test
    void boundsWhatWaitsAtOnce() {
        for (int i = 0; i < LoginAttempts.MOST_UNDER_WAY; i++) {
            assertThat(attempts.isBusy("::1")).isFalse();
            attempts.beginWait("::1");
        }
        assertThat(attempts.isBusy("::1")).isTrue();
        assertThat(attempts.isBusy("[::1]")).isTrue();
        assertThat(attempts.isBusy("10.0.0.1")).isFalse();
        attempts.answered("[::1]");
        assertThat(attempts.isBusy("::1")).isFalse();
        for (int i = 0; i < 2 * LoginAttempts.MOST_UNDER_WAY; i++) {
            attempts.answered("::1");
        }
        attempts.beginWait("::1");
        assertThat(attempts.isBusy("::1")).isFalse();
    }

    @Test
    void aMinuteWithoutFailuresIsForgiven() {
        assertThat(attempts.failed("10.0.0.1")).isEqualTo(100);
        clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertThat(attempts.failed("10.0.0.1")).isEqualTo(100);
    }

    @Test
    void remembersABoundedNumberOfAddresses() {
        assertThat(attempts.failed("first")).isEqualTo(100);
        for (int i = 0; i < 5000; i++) {
            assertThat(attempts.failed("other" + i)).isEqualTo(100);
        }
        assertThat(attempts.failed("first")).isEqualTo(100);
    }
}
