package redisproxy.redis;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.NodeStats;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;

/**
 * What is known of whether one server answers. While it does not, requests are refused at once, and {@link Trials} find out
 * whether it does again. Tells once that the server cannot be reached, and once what came of it. Thread-safe.
 */
final class Reachability {
    /**
     * The server is asked again well within a second of being back, and by many proxies not at one time. With the time until
     * the trial is begun, 100 ms at most.
     */
    private static final int LEAST_DELAY_MILLIS = 50;

    private static final int GREATEST_DELAY_MILLIS = 75;

    /** Requests for a replica go to other servers meanwhile, and it may refuse connections for as long as it copies its master. */
    private static final int TIMES_FOR_REPLICAS = 10;

    /**
     * One value may break each connection on which it is asked for, which is no reason to refuse the others. If nothing was
     * answered in between, the value is not the cause.
     */
    private static final int MOST_BROKEN = 2;

    /** If all connections break at one time, all of them may be made anew at once, and some more. */
    private static final int BREAKS_PER_CONNECTION = 2;

    private static final int MORE_BREAKS = 20;

    /** What an operator has to remove, such as a wrong password, is looked at again within a second of that, and no sooner. */
    private static final int LEAST_PAUSE_MILLIS = 400;

    private static final int GREATEST_PAUSE_MILLIS = 800;

    /** How much of the timeout Redis has to have had, as a percentage, before it is to blame that the whole has passed. */
    private static final int PERCENT_TO_BLAME = 75;

    private final NodeConfig config;
    private final CircuitBreaker<Object> breaker;

    /** Limits how many connections may break within a second and be made anew, though there are answers in between. */
    private final RateLimiter<Object> breaks;

    private final Outage outage;

    /** How many connections broke since there was an answer. */
    private final AtomicInteger broken = new AtomicInteger();

    private volatile long answeredNanos = System.nanoTime();

    /** When the server was first asked after it had answered last; before {@link #answeredNanos} if it has not been. */
    private volatile long askedNanos = answeredNanos;

    private volatile String cause = "";

    /** There is no trial before this moment. */
    private volatile long tryNanos = System.nanoTime();

    Reachability(NodeConfig config, EventLog log) {
        this.config = config;
        this.outage = new Outage(log, config.address().toString());
        this.breaker = CircuitBreaker.builder()
                .withDelay(Duration.ofMillis((config.role().isReplica() ? TIMES_FOR_REPLICAS : 1)
                        * ThreadLocalRandom.current().nextLong(LEAST_DELAY_MILLIS, GREATEST_DELAY_MILLIS)))
                .build();
        this.breaks = RateLimiter.burstyBuilder(
                        BREAKS_PER_CONNECTION * config.poolSize() + MORE_BREAKS, Duration.ofSeconds(1))
                .build();
    }

    /** Returns whether requests may be sent. Their result is reported by {@link #answered} or one of the methods for failures. */
    boolean mayAsk() {
        return breaker.isClosed();
    }

    /** Returns whether a trial may be sent now, while requests may not: one that {@link #mayTry} has let through is awaited. */
    boolean mayTry() {
        return System.nanoTime() - tryNanos >= 0 && breaker.tryAcquirePermit();
    }

    /** The trial has found nothing out. Another one may be sent a little later. */
    void foundNothing() {
        if (breaker.isHalfOpen()) {
            breaker.open();
        }
    }

    /** Returns why requests may not be sent. */
    BackingStoreException refusal() {
        return BackingStoreException.unavailable(cause, null);
    }

    /** Returns the state of the circuit. */
    NodeStats.Circuit circuit() {
        return switch (breaker.getState()) {
            case CLOSED -> NodeStats.Circuit.CLOSED;
            case HALF_OPEN -> NodeStats.Circuit.HALF_OPEN;
            case OPEN -> NodeStats.Circuit.OPEN;
        };
    }

    /** The server is about to be asked. */
    void asked(long nowNanos) {
        if (askedNanos - answeredNanos <= 0) {
            askedNanos = nowNanos;
        }
    }

    /** Returns whether the server was asked so long ago, and has answered nothing since. */
    boolean isSilentFor(Duration time) {
        long asked = askedNanos;
        return asked - answeredNanos > 0 && System.nanoTime() - asked >= time.toNanos();
    }

    /** The server has answered some of a batch, and owes the rest. */
    void answeredSome() {
        long now = System.nanoTime();
        answeredNanos = now;
        askedNanos = now + 1;
    }

    /** The server has answered. */
    void answered() {
        answeredNanos = System.nanoTime();
        if (broken.get() != 0) {
            broken.set(0);
        }
        // A closed circuit opens at the first failure, so successes need not be counted.
        if (!breaker.isClosed()) {
            closeCircuit();
        }
        if (outage.isUnderWay()) {
            outage.end(EventKind.REDIS_BACK, "Redis at %s answers again".formatted(config.address()));
        }
    }

    private void closeCircuit() {
        if (breaker.isOpen()) {
            breaker.close();
        } else {
            breaker.recordSuccess();
        }
    }

    /** No connection could be made, for a reason that does not pass by itself. */
    void refused(String why) {
        tryNanos = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextLong(LEAST_PAUSE_MILLIS, GREATEST_PAUSE_MILLIS));
        unreachable(why);
    }

    /** No connection could be made. */
    void unreachable(String why) {
        cause = why;
        // First, so that what is refused from now on is counted.
        outage.begin(
                EventKind.REDIS_UNREACHABLE,
                "%s; requests for keys that are not cached %s until it answers"
                        .formatted(why, config.role().isReplica() ? "go to other servers" : "are refused"));
        breaker.recordFailure();
    }

    /** A connection was dead; returns whether another one may be made in its place. */
    boolean mayReplace() {
        return breaks.tryAcquirePermit();
    }

    /** A connection broke before the answer. The next ones will show whether the server is there. */
    void brokeOff(String why) {
        boolean isOften = !breaks.tryAcquirePermit();
        if (isOften || broken.incrementAndGet() > MOST_BROKEN || breaker.isHalfOpen()) {
            unreachable(why);
        } else {
            outage.beginMildly(EventKind.REDIS_FAILING, why + "; the next requests are sent on another connection");
        }
    }

    /** These have failed for want of an answer. Requests of the proxy's own do not count. */
    void failed(List<? extends Request> requests) {
        if (outage.isUnderWay()) {
            outage.cost(requests.stream().filter(KeyRequest.class::isInstance).count());
        }
    }

    /** Returns whether a request that has waited for the whole timeout has had an answer awaited for most of it. */
    boolean hasHadItsTime(long askedNanosAgo) {
        return askedNanosAgo >= config.timeout().toNanos() / 100 * PERCENT_TO_BLAME;
    }

    /** Returns why a request fails that has waited for the whole timeout: for Redis, or for its turn. */
    BackingStoreException late(long askedNanosAgo) {
        return hasHadItsTime(askedNanosAgo) || isToBlame(askedNanosAgo)
                ? Failures.overdue(config)
                : Failures.queued(config);
    }

    /**
     * Returns whether the server is to blame for a request that has waited for the whole timeout: it has been silent for most
     * of it, though it was asked. If it has answered others meanwhile, the request waited for its turn.
     *
     * @param askedNanosAgo when it was asked by that request; 0 if it was not
     */
    private boolean isToBlame(long askedNanosAgo) {
        long now = System.nanoTime();
        long answered = answeredNanos;
        long asked = askedNanos;
        // Another answer may have hidden when it was asked.
        long silent = Math.min(now - answered, askedNanosAgo);
        if (asked - answered > 0) {
            silent = Math.max(silent, now - asked);
        }
        return hasHadItsTime(silent);
    }

    /**
     * A request has waited for the whole timeout. That counts only if the server has been silent.
     */
    void timedOut(String why, long askedNanosAgo) {
        if (isToBlame(askedNanosAgo)) {
            unreachable(why);
        } else {
            foundNothing();
        }
    }

    /** The server is not asked any more, because others hold its keys. Returns whether that ends an outage, and is told. */
    boolean left(String text) {
        boolean isTold = outage.isTold();
        outage.end(EventKind.REDIS_LEFT, text);
        return isTold;
    }

    /** Returns {@code lead}, how long the server has not answered and how many requests have failed; an empty text if it does. */
    String outage(String lead) {
        return outage.soFar(lead);
    }
}
