package redisproxy.history;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import redisproxy.history.Step.Kind;
import redisproxy.testkit.Reply;

/** One client that sends random commands on few keys, and records what came of each. Registers hold values that are written once. */
final class RandomClient implements Callable<List<Operation>> {
    private static final String SWAP =
            "local old = redis.call('get', KEYS[1]) redis.call('set', KEYS[1], ARGV[1]) return old";

    /** A read that no cache answers. */
    private static final String READ = "return redis.call('get', KEYS[1])";

    /** An error that does not say so promises that the command has not been executed. */
    private static final Pattern UNKNOWN_FATE = Pattern.compile("whether .*executed");

    /** Long enough to be read, and short enough to pass. */
    private static final int LONGEST_LIFE_MILLIS = 400;

    private static final long RETRY_MILLIS = 2;

    private final int number;
    private final Random random;
    private final Target target;
    private final Keys keys;
    private final AtomicLong left;
    private final BooleanSupplier isOver;
    private final List<Operation> recorded = new ArrayList<>();
    private Target.Session session;
    private long values;

    /**
     * How many keys there are, and for what.
     *
     * @param expire whether keys get a limited life
     * @param transact whether some commands are sent in transactions
     */
    record Keys(String prefix, int registers, int counters, boolean expire, boolean transact) {
        String register(Random random) {
            return prefix + "register:" + random.nextInt(registers);
        }

        String counter(Random random) {
            return prefix + "counter:" + random.nextInt(counters);
        }
    }

    /** Makes a client that goes on until {@code left} is used up. */
    RandomClient(int number, long seed, Target target, Keys keys, AtomicLong left, BooleanSupplier isOver) {
        this.number = number;
        this.random = new Random(seed + number);
        this.target = target;
        this.keys = keys;
        this.left = left;
        this.isOver = isOver;
    }

    @Override
    public List<Operation> call() throws InterruptedException {
        try {
            while (left.decrementAndGet() >= 0 && !isOver.getAsBoolean()) {
                act();
            }
            return recorded;
        } finally {
            disconnect();
        }
    }

    private void act() throws InterruptedException {
        boolean isCounter = random.nextInt(3) == 0;
        String key = isCounter ? keys.counter(random) : keys.register(random);
        int choice = random.nextInt(100);
        if (choice < 50) {
            one(key, new Step(Kind.READ, null, 0, null), "GET", key);
        } else if (choice < 56) {
            readTwo(key, keys.register(random));
        } else if (choice < 61) {
            one(key, new Step(Kind.READ, null, 0, null), "GETRANGE", key, "0", "-1");
        } else if (choice < 64) {
            one(key, new Step(Kind.READ, null, 0, null), "EVAL", READ, "1", key);
        } else if (choice < 66) {
            one(key, new Step(Kind.EXISTS, null, 0, null), "EXISTS", key);
        } else if (choice < 69) {
            one(key, new Step(Kind.DELETE, null, 0, null), random.nextBoolean() ? "DEL" : "UNLINK", key);
        } else if (choice < 71 && keys.expire()) {
            long life = life();
            one(key, new Step(Kind.EXPIRE, null, life, null), "PEXPIRE", key, Long.toString(life));
        } else if (isCounter) {
            count(key);
        } else {
            write(key);
        }
    }

    private void count(String key) throws InterruptedException {
        Step step = new Step(Kind.INCREMENT, null, 0, null);
        switch (random.nextInt(keys.transact() ? 6 : 5)) {
            case 5 -> transaction(key, List.of(step, step), List.of(words("INCR", key), words("INCR", key)));
            case 0 -> one(key, step, "EVAL", "return redis.call('incr', KEYS[1])", "1", key);
            default -> one(key, step, "INCR", key);
        }
    }

    private void write(String key) throws InterruptedException {
        String value = number + "-" + ++values;
        switch (random.nextInt(keys.transact() ? 8 : 7)) {
            case 0 -> one(key, new Step(Kind.SWAP, value, 0, null), "EVAL", SWAP, "1", key, value);
            case 1 -> one(key, new Step(Kind.SWAP, value, 0, null), "GETSET", key, value);
            case 2 -> {
                long life = keys.expire() ? life() : 0;
                Step step = new Step(Kind.SET, value, life, null);
                if (life == 0) {
                    one(key, step, "SET", key, value);
                } else {
                    one(key, step, "SET", key, value, "PX", Long.toString(life));
                }
            }
            case 7 -> {
                Step read = new Step(Kind.READ, null, 0, null);
                transaction(
                        key,
                        List.of(read, new Step(Kind.SET, value, 0, null), read),
                        List.of(words("GET", key), words("SET", key, value), words("GET", key)));
            }
            default -> one(key, new Step(Kind.SET, value, 0, null), "SET", key, value);
        }
    }

    private long life() {
        return 1L + random.nextInt(LONGEST_LIFE_MILLIS);
    }

    /* --------------- Sending --------------- */

    private void one(String key, Step step, String... command) throws InterruptedException {
        long invoked = System.nanoTime();
        record(key, List.of(step), send(List.<String[]>of(command)), invoked);
    }

    private void readTwo(String key, String other) throws InterruptedException {
        long invoked = System.nanoTime();
        Outcome outcome = send(List.<String[]>of(words("MGET", key, other)));
        if (!outcome.replies().isEmpty()) {
            Step step = new Step(Kind.READ, null, 0, null);
            List<Reply> items = ((Reply.Items) outcome.replies().get(0)).items();
            record(key, List.of(step), outcome.with(items.subList(0, 1)), invoked);
            if (!other.equals(key)) {
                record(other, List.of(step), outcome.with(items.subList(1, 2)), invoked);
            }
        }
    }

    private void transaction(String key, List<Step> steps, List<String[]> commands) throws InterruptedException {
        List<String[]> all = new ArrayList<>();
        all.add(words("MULTI"));
        all.addAll(commands);
        all.add(words("EXEC"));
        long invoked = System.nanoTime();
        Outcome outcome = send(all);
        List<Reply> replies = outcome.replies();
        boolean isExecuted = !replies.isEmpty() && replies.get(replies.size() - 1) instanceof Reply.Items;
        List<Reply> executed = isExecuted ? ((Reply.Items) replies.get(replies.size() - 1)).items() : List.of();
        record(key, steps, outcome.with(executed), invoked);
    }

    /**
     * What came of a request.
     *
     * @param replies none if there was an error in their place
     * @param mayHaveHappened whether Redis may have executed it
     */
    private record Outcome(List<Reply> replies, boolean mayHaveHappened) {
        static final Outcome UNKNOWN = new Outcome(List.of(), true);

        Outcome with(List<Reply> others) {
            return new Outcome(others, mayHaveHappened);
        }
    }

    private Outcome send(List<String[]> commands) throws InterruptedException {
        try {
            if (session == null) {
                session = target.open();
            }
            List<Reply> replies = session.call(commands);
            for (Reply reply : replies) {
                if (reply instanceof Reply.Failure failure) {
                    mayBeAFault(failure.text());
                    Thread.sleep(RETRY_MILLIS);
                    return new Outcome(
                            List.of(), UNKNOWN_FATE.matcher(failure.text()).find());
                }
            }
            return new Outcome(replies, true);
        } catch (UncheckedIOException broken) {
            disconnect();
            Thread.sleep(RETRY_MILLIS);
            return Outcome.UNKNOWN;
        }
    }

    /** Errors that no fault explains are mistakes of this test, or of the proxy. */
    private static void mayBeAFault(String error) {
        List<String> mistakes =
                List.of("WRONGTYPE", "ERR unknown command", "ERR wrong number", "ERR value is not", "NOPERM");
        if (mistakes.stream().anyMatch(error::startsWith)) {
            throw new AssertionError("refused: " + error);
        }
    }

    private void disconnect() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    private void record(String key, List<Step> steps, Outcome outcome, long invoked) {
        long now = System.nanoTime();
        List<Reply> replies = outcome.replies();
        if (!replies.isEmpty()) {
            List<Step> replied = new ArrayList<>(steps.size());
            for (int i = 0; i < steps.size(); i++) {
                replied.add(steps.get(i).replied(text(replies.get(i))));
            }
            recorded.add(new Operation(number, key, List.copyOf(replied), invoked, now, true));
        } else if (outcome.mayHaveHappened() && !steps.stream().allMatch(Step::isReadOnly)) {
            recorded.add(new Operation(number, key, steps, invoked, now, false));
        }
    }

    private static String text(Reply reply) {
        if (reply instanceof Reply.Bulk bulk) {
            // GETRANGE replies so if there is no key; no value here is empty.
            return bulk.bytes().size() == 0 ? null : bulk.bytes().asUtf8();
        }
        if (reply instanceof Reply.Whole whole) {
            return Long.toString(whole.value());
        }
        if (reply instanceof Reply.Simple simple) {
            return simple.text();
        }
        if (reply instanceof Reply.Nil) {
            return null;
        }
        throw new AssertionError("not a reply of these commands: " + reply);
    }

    private static String[] words(String... words) {
        return words;
    }
}
