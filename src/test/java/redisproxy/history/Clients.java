package redisproxy.history;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import redisproxy.history.RandomClient.Keys;
import redisproxy.testkit.Address;
import redisproxy.testkit.TcpRelay;

/** Has several clients send random commands at the same time, and checks what they recorded. */
final class Clients {
    private static final int COUNT = 8;
    private static final long PATIENCE_MINUTES = 20;

    private final Keys keys;
    private final long seed;
    private final long commands;

    Clients(Keys keys, long seed, long commands) {
        this.keys = keys;
        this.seed = seed;
        this.commands = commands;
    }

    /** Returns what they recorded of one target, without faults. */
    List<Operation> use(Target target) throws Exception {
        return run(client -> target, new AtomicBoolean(), () -> null);
    }

    /** Returns what they recorded while the connections to Redis, all of which lead over that relay, break again and again. */
    List<Operation> useThroughFaults(Target target, TcpRelay relay, Address redis) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        try (Faults faults = new Faults(relay, redis, seed, isOver::get)) {
            List<Operation> recorded = run(client -> target, isOver, faults);
            faults.settle();
            return faults.bounded(recorded);
        }
    }

    private List<Operation> run(IntFunction<Target> targets, AtomicBoolean isOver, Callable<Void> faults)
            throws Exception {
        AtomicLong left = new AtomicLong(commands);
        AtomicBoolean hasFailed = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<List<Operation>>> running = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                RandomClient client = new RandomClient(i, seed, targets.apply(i), keys, left, hasFailed::get);
                running.add(threads.submit(() -> {
                    try {
                        return client.call();
                    } catch (RuntimeException | Error e) {
                        hasFailed.set(true);
                        throw e;
                    }
                }));
            }
            Future<Void> breaking = threads.submit(faults);
            List<Operation> all = new ArrayList<>();
            for (Future<List<Operation>> each : running) {
                all.addAll(each.get(PATIENCE_MINUTES, TimeUnit.MINUTES));
            }
            isOver.set(true);
            breaking.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
            return all;
        } finally {
            isOver.set(true);
            hasFailed.set(true);
            threads.shutdownNow();
        }
    }
}
