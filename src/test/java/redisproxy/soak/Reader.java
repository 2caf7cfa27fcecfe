package redisproxy.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redisproxy.testkit.Stalls;

/** One client: reads random keys over one connection, and checks each answer. */
final class Reader implements Runnable {
    private static final long PACE_MILLIS = 4;

    /** If the machine runs nothing for so long, Redis may well not answer in time. */
    private static final Duration LONG_STALL = Duration.ofMillis(500);

    private final Port port;

    /** How many keys it reads at a time. */
    private final int most;

    private final Contents contents;
    private final Promise promise;
    private final Stalls stalls;
    private final Findings findings;
    private final Outages outages;
    private final CountDownLatch stop;
    private final Random random;
    private final Map<String, Long> seen = new HashMap<>();

    /**
     * What the proxy promises: how long an answer may take, how old a value from memory may be, and how old a value may be that
     * has just been loaded: all requests that waited for the load get it, however long that took.
     */
    record Promise(Duration answer, Duration fromMemory, Duration loaded) {}

    Reader(
            Port port,
            int most,
            Contents contents,
            Promise promise,
            Stalls stalls,
            Findings findings,
            Outages outages,
            CountDownLatch stop,
            Random random) {
        this.port = port;
        this.most = most;
        this.contents = contents;
        this.promise = promise;
        this.stalls = stalls;
        this.findings = findings;
        this.outages = outages;
        this.stop = stop;
        this.random = random;
    }

    @Override
    public void run() {
        try (port) {
            while (!stop.await(PACE_MILLIS, TimeUnit.MILLISECONDS)) {
                askSome();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The proxy has closed the connection, has not answered, or has sent something that is no answer.
            findings.wrong(e.toString());
        }
    }

    private void askSome() {
        List<String> keys = new ArrayList<>();
        for (int count = 1 + random.nextInt(most); count > 0; count--) {
            keys.add(contents.draw(random));
        }
        boolean mayBeAbsent = contents.isLost();
        long asked = System.nanoTime();
        List<Answer> answers = port.ask(keys);
        long took = System.nanoTime() - asked;
        mayBeAbsent |= contents.isLost();
        findings.took(took);
        long bound = promise.answer().plus(stalls.longest()).toNanos();
        if (took > bound) {
            findings.wrong("%s took %d ms (at most %d)".formatted(keys, took / 1_000_000, bound / 1_000_000));
        }
        for (int i = 0; i < keys.size(); i++) {
            check(keys.get(i), keys, answers.get(i), asked, mayBeAbsent);
        }
    }

    private void check(String key, List<String> together, Answer answer, long asked, boolean mayBeAbsent) {
        try {
            if (answer instanceof Answer.Value value) {
                findings.value();
                contents.check(key, value.bytes(), seen, asked, staleness());
            } else if (answer instanceof Answer.Absent) {
                findings.absent();
                if (!mayBeAbsent) {
                    findings.wrong(key + " is absent");
                }
            } else if (answer instanceof Answer.Refused refused) {
                findings.refused();
                List<String> concerned = refused.isForAll() ? together : List.of(key);
                boolean isExplained =
                        concerned.stream().anyMatch(each -> outages.explain(each, asked, stalls.longest()));
                if (!isExplained && stalls.longestSince(asked).compareTo(LONG_STALL) < 0) {
                    findings.wrong("%s is refused: %s".formatted(key, refused.why()));
                }
            }
        } catch (RuntimeException e) {
            findings.wrong(String.valueOf(e.getMessage()));
        }
    }

    private Duration staleness() {
        Duration loaded = promise.loaded().plus(stalls.longest());
        return loaded.compareTo(promise.fromMemory()) > 0 ? loaded : promise.fromMemory();
    }
}
