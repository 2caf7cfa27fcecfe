package redisproxy.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import redisproxy.testkit.Address;
import redisproxy.testkit.Reply;
import redisproxy.testkit.TcpRelay;

/** Clients that count up and read few counters at the same time; each checks that none goes back for its connection. */
final class CountingClients {
    static final int COUNT = 9;

    private static final int COUNTERS = 4;
    private static final long PATIENCE_MINUTES = 20;
    private static final long RETRY_MILLIS = 2;

    /** A read that no cache answers. */
    private static final String READ = "return redis.call('get', KEYS[1])";

    private final String prefix;
    private final long seed;
    private final AtomicLong left;
    private final LongAdder reads = new LongAdder();
    private final LongAdder failures = new LongAdder();

    CountingClients(String prefix, long seed, long operations) {
        this.prefix = prefix;
        this.seed = seed;
        this.left = new AtomicLong(operations);
    }

    long reads() {
        return reads.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** Has a client use each target until all commands are used up. */
    void use(List<Target> targets) throws Exception {
        run(targets, new AtomicBoolean(), () -> null);
    }

    /** Does the same while connections to Redis break again and again. */
    void useThroughFaults(List<Target> targets, TcpRelay relay, Address redis) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        try (Faults faults = new Faults(relay, redis, seed, isOver::get)) {
            run(targets, isOver, faults);
        }
    }

    private void run(List<Target> targets, AtomicBoolean isOver, Callable<Void> faults) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                running.add(threads.submit(new Client(new Random(seed + i), targets.get(i))));
            }
            Future<Void> breaking = threads.submit(faults);
            for (Future<Void> each : running) {
                each.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
            }
            isOver.set(true);
            breaking.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        } finally {
            isOver.set(true);
            left.set(0);
            threads.shutdownNow();
        }
    }

    private final class Client implements Callable<Void> {
        private final Random random;
        private final Target target;
        private final Map<String, Long> seen = new HashMap<>();
        private Target.Session session;

        Client(Random random, Target target) {
            this.random = random;
            this.target = target;
        }

        @Override
        public Void call() throws InterruptedException {
            try {
                while (left.decrementAndGet() >= 0) {
                    act();
                }
                return null;
            } finally {
                disconnect();
            }
        }

        private void act() throws InterruptedException {
            String key = key();
            switch (random.nextInt(12)) {
                case 0, 1 -> send(key, "INCR", key);
                case 2 -> send(key, "GETRANGE", key, "0", "-1");
                case 3 -> send(key, "EVAL", READ, "1", key);
                case 4 -> readBits(key);
                case 5 -> send(key, "SUBSTR", key, "0", "-1");
                case 7 -> readInTransaction(key);
                case 6 -> readTwo(key, key());
                default -> send(key, "GET", key);
            }
        }

        private String key() {
            return prefix + random.nextInt(COUNTERS);
        }

        private void send(String key, String... command) throws InterruptedException {
            for (Reply reply : call(List.<String[]>of(command))) {
                see(key, reply);
            }
        }

        private void readTwo(String key, String other) throws InterruptedException {
            for (Reply reply : call(List.<String[]>of(new String[] {"MGET", key, other}))) {
                List<Reply> items = ((Reply.Items) reply).items();
                see(key, items.get(0));
                see(other, items.get(1));
            }
        }

        /** Reads by a command that the cache does not answer. */
        private void readBits(String key) throws InterruptedException {
            List<Reply> replies = call(List.<String[]>of(new String[] {
                "BITFIELD_RO",
                key,
                "GET",
                "u8",
                "0",
                "GET",
                "u8",
                "8",
                "GET",
                "u8",
                "16",
                "GET",
                "u8",
                "24",
                "GET",
                "u8",
                "32",
                "GET",
                "u8",
                "40",
                "GET",
                "u8",
                "48"
            }));
            for (Reply reply : replies) {
                StringBuilder digits = new StringBuilder();
                for (Reply each : ((Reply.Items) reply).items()) {
                    long code = ((Reply.Whole) each).value();
                    if (code != 0) {
                        digits.append((char) code);
                    }
                }
                see(key, digits.length() == 0 ? 0 : Long.parseLong(digits.toString()));
            }
        }

        private void readInTransaction(String key) throws InterruptedException {
            List<Reply> replies =
                    call(List.<String[]>of(new String[] {"MULTI"}, new String[] {"GET", key}, new String[] {"EXEC"}));
            if (!replies.isEmpty()) {
                see(key, ((Reply.Items) replies.get(2)).items().get(0));
            }
        }

        private List<Reply> call(List<String[]> commands) throws InterruptedException {
            try {
                if (session == null) {
                    session = target.open();
                    seen.clear();
                }
                List<Reply> replies = session.call(commands);
                if (replies.stream().noneMatch(Reply.Failure.class::isInstance)) {
                    return replies;
                }
                assertThat(replies.toString()).doesNotContain("NOPERM", "unknown command", "wrong number");
            } catch (UncheckedIOException broken) {
                disconnect();
            }
            failures.increment();
            Thread.sleep(RETRY_MILLIS);
            return List.of();
        }

        private void see(String key, Reply reply) {
            if (reply instanceof Reply.Whole whole) {
                see(key, whole.value());
            } else if (reply instanceof Reply.Bulk bulk && bulk.bytes().size() > 0) {
                see(key, Long.parseLong(bulk.bytes().asUtf8()));
            } else {
                see(key, 0);
            }
        }

        private void see(String key, long value) {
            reads.increment();
            Long before = seen.put(key, value);
            if (before != null && value < before) {
                throw new AssertionError("%s was %d and then %d".formatted(key, before, value));
            }
        }

        private void disconnect() {
            if (session != null) {
                session.close();
                session = null;
            }
        }
    }
}
