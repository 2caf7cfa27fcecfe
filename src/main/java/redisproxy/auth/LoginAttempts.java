package redisproxy.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Counts the logins that have failed, and says how long the answer to one is to wait: longer for each further one from the same
 * address. Thread-safe; never blocks for long. Logins that succeed cost nothing here.
 */
public final class LoginAttempts {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 3200;

    /** Much less than clients wait for a login: those of others may come from the same address. */
    private static final long LONGEST_PAUSE_OF_RIGHT_MILLIS = 200;

    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Of more addresses, those are forgotten whose last failure is longest ago. */
    private static final int MAX_ADDRESSES = 4096;

    /** So many answers to wrong logins of one address wait at once where clients need not wait for one before the next. */
    static final int MOST_UNDER_WAY = 16;

    private final LongSupplier clock;
    private final Consumer<String> log;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();
    private final LongAdder failures = new LongAdder();

    @GuardedBy("this")
    private final Map<String, Failures> byAddress = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    private record Failures(int count, long lastNanos) {
        long pauseMillis() {
            return Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << (count - 1));
        }
    }

    /**
     * Makes a count of none.
     *
     * @param clock {@link System#nanoTime()} or in its place
     * @param log takes a line for each failure, with the address and without what was given; any thread may call it
     */
    public LoginAttempts(LongSupplier clock, Consumer<String> log) {
        this.clock = clock;
        this.log = log;
    }

    /** Notes that a login from this address, which has no port, has failed; returns for how many milliseconds its answer is to wait. */
    public long failed(String address) {
        failures.increment();
        long pause = pause(address);
        log.accept("A login from %s failed; its answer waits for %d ms".formatted(address, pause));
        return pause;
    }

    private synchronized long pause(String address) {
        long now = clock.getAsLong();
        Failures before = byAddress.get(address);
        int count = before == null || now - before.lastNanos() >= FORGOTTEN_NANOS
                ? 1
                : Math.min(before.count() + 1, Long.SIZE / 2);
        Failures after = new Failures(count, now);
        byAddress.put(address, after);
        return after.pauseMillis();
    }

    /**
     * Returns for how many milliseconds the answer to a right login from this address waits: for the rest of the pause of the last one that
     * failed, but not for long. If it did not wait at all, silence would tell at once that a login is wrong.
     */
    public synchronized long pauseLeftMillis(String address) {
        Failures before = byAddress.get(address);
        if (before == null) {
            return 0;
        }
        long passed = TimeUnit.NANOSECONDS.toMillis(clock.getAsLong() - before.lastNanos());
        return Math.max(0, Math.min(LONGEST_PAUSE_OF_RIGHT_MILLIS, before.pauseMillis() - passed));
    }

    /**
     * Returns whether no login from this address may be tried now, a right one included: so many answers to wrong ones wait that
     * more would let it guess at any speed. Takes no lock.
     */
    public boolean isBusy(String address) {
        return underWay.getOrDefault(host(address), 0) >= MOST_UNDER_WAY;
    }

    /** Notes that the answer to a wrong login waits; {@link #answered} must follow, once. */
    public void beginWait(String address) {
        underWay.merge(host(address), 1, Integer::sum);
    }

    /** Notes that such an answer has been given, or that its client has left. */
    public void answered(String address) {
        underWay.computeIfPresent(host(address), (key, count) -> count == 1 ? null : count - 1);
    }

    /** Addresses of IPv6 may be in brackets. */
    private static String host(String address) {
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }

    /** Returns how many logins have failed. */
    public long failures() {
        return failures.sum();
    }
}
