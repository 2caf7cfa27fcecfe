package redisproxy.history;

import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Polling;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.testkit.TcpRelay;
import redisproxy.testkit.TcpRelay.Weather;

/**
 * Breaks the connections to Redis again and again. Between two breaks there is a moment at which Redis has no connection, and nothing that
 * it has not executed: what has failed before that is not executed any more.
 */
final class Faults implements Callable<Void>, AutoCloseable {
    private static final String OWN_NAME = "faults";
    private static final int LONGEST_PAUSE_MILLIS = 300;
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private final TcpRelay relay;
    private final RespClient redis;
    private final Random random;
    private final BooleanSupplier isOver;
    private final NavigableSet<Long> moments = new ConcurrentSkipListSet<>();

    Faults(TcpRelay relay, Address redis, long seed, BooleanSupplier isOver) {
        this.relay = relay;
        this.redis = RespClient.connect(redis);
        this.random = new Random(seed);
        this.isOver = isOver;
        Reply unused = this.redis.call("CLIENT", "SETNAME", OWN_NAME);
    }

    @Override
    public Void call() throws InterruptedException {
        while (!isOver.getAsBoolean()) {
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
            switch (random.nextInt(3)) {
                case 0 -> relay.drop();
                case 1 -> {
                    Reply unused = redis.call("CLIENT", "KILL", "TYPE", "normal");
                }
                default -> relay.become(Weather.CUTTING);
            }
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS / 10));
            relay.become(Weather.FAIR);
            settle();
        }
        return null;
    }

    /** Waits until Redis has executed all that has left, and has no connection but this one. */
    void settle() {
        relay.refuse();
        Polling.atMost(SETTLING).until(this::isAlone);
        moments.add(System.nanoTime());
        relay.listen();
    }

    private boolean isAlone() {
        Bytes list = ((Reply.Bulk) redis.call("CLIENT", "LIST")).bytes();
        return list.asUtf8().lines().allMatch(line -> line.contains("name=" + OWN_NAME));
    }

    /** Returns the operations, with a bound for those whose fate is unknown. */
    List<Operation> bounded(List<Operation> operations) {
        return operations.stream()
                .map(each -> each.isKnown() ? each : each.returnedBy(bound(each.returned())))
                .toList();
    }

    private long bound(long failed) {
        Long moment = moments.higher(failed);
        return moment == null ? Operation.NEVER : moment;
    }

    @Override
    public void close() {
        redis.close();
    }
}
