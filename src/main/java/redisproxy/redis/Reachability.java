package redisproxy.redis;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import redisproxy.cache.BackingStoreException;

/**
 * What is known of whether Redis answers. While it does not, only now and then a request may try; all others are spared the
 * wait. Says once in the log that Redis cannot be reached, and once that it answers again. Thread-safe.
 */
final class Reachability {
    /** So that Redis is asked again well within a second of being back, and by many proxies not at one time. */
    private static final int LEAST_DELAY_MILLIS = 50;

    private static final int GREATEST_DELAY_MILLIS = 100;

    /**
     * There may be a value that breaks each connection on which it is asked for, which is no reason to refuse the others. If
     * nothing else was answered in between, it is not the value.
     */
    private static final int MOST_BROKEN = 2;

    /** Of a pool whose connections all break at one time, all are made anew at once, and some more. */
    private static final int BREAKS_PER_CONNECTION = 2;

    private static final int MORE_BREAKS = 20;

    private static final int MOST_REPORTS = 5;
    private static final Duration REPORTS_PERIOD = Duration.ofSeconds(10);

    private final Logger log;
    private final String address;
    private final CircuitBreaker<Object> breaker;
    /** The connections that may break within a second and be made anew, though there are answers in between. */
    private final RateLimiter<Object> breaks;

    /** A Redis that comes and goes is not worth a line each time. */
    private final RateLimiter<Object> mayReport =
            RateLimiter.burstyBuilder(MOST_REPORTS, REPORTS_PERIOD).build();

    private final AtomicBoolean reported = new AtomicBoolean();

    /** How many connections broke since there was an answer. */
    private final AtomicInteger broken = new AtomicInteger();

    private volatile long answeredNanos = System.nanoTime();
    private volatile String cause = "";

    Reachability(Logger log, String address, int poolSize) {
        this.log = log;
        this.address = address;
        this.breaker = CircuitBreaker.builder()
                .withDelay(Duration.ofMillis(
                        ThreadLocalRandom.current().nextInt(LEAST_DELAY_MILLIS, GREATEST_DELAY_MILLIS)))
                .build();
        this.breaks = RateLimiter.burstyBuilder(BREAKS_PER_CONNECTION * poolSize + MORE_BREAKS, Duration.ofSeconds(1))
                .build();
    }

    /**
     * Returns whether requests may be sent, together. Who gets that permission sends them, and says what came of it by
     * {@link #answered} or one of the others.
     */
    boolean mayAsk() {
        return breaker.tryAcquirePermit();
    }

    /** Returns why requests may not be sent. */
    BackingStoreException refusal() {
        return BackingStoreException.unavailable(cause, null);
    }

    /** Returns the state of the circuit in one word. */
    String state() {
        return breaker.getState().name().toLowerCase(Locale.ROOT);
    }

    void answered() {
        answeredNanos = System.nanoTime();
        broken.set(0);
        if (!breaker.isOpen()) {
            breaker.recordSuccess();
        } else {
            breaker.close();
        }
        if (reported.get() && reported.compareAndSet(true, false)) {
            log.info("Redis at {} answers again", address);
        }
    }

    /** No connection could be made. */
    void unreachable(String why) {
        cause = why;
        breaker.recordFailure();
        report(why);
    }

    /** A pooled connection was dead; returns whether another one may be made in its place. */
    boolean mayReplace() {
        return breaks.tryAcquirePermit();
    }

    /** A connection broke before the answer. The next ones will tell whether Redis is there. */
    void brokeOff(String why) {
        boolean isOften = !breaks.tryAcquirePermit();
        if (isOften || broken.incrementAndGet() > MOST_BROKEN || breaker.isHalfOpen()) {
            unreachable(why);
        } else {
            report(why);
        }
    }

    private void report(String why) {
        if (!reported.get() && mayReport.tryAcquirePermit() && reported.compareAndSet(false, true)) {
            log.warn("{}; requests for keys that are not cached are refused until it answers", why);
        }
    }

    /**
     * Redis was asked that long ago, and has not answered. If it has answered others since, that says nothing about it.
     */
    void timedOut(String why, long nanosAgo) {
        if (System.nanoTime() - answeredNanos >= nanosAgo) {
            unreachable(why);
        } else if (breaker.isHalfOpen()) {
            breaker.recordSuccess();
        }
    }
}
