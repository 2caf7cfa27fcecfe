package redisproxy.soak;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

/**
 * Increments the counters in turn, directly in a master, and goes on after every fault. It turns to another master when it is
 * told to, and begins with what that one has.
 */
final class MasterWriter implements Runnable {
    private static final long PACE_MILLIS = 3;
    private static final long RETRY_MILLIS = 50;

    private final Contents contents;
    private final Findings findings;
    private final CountDownLatch stop;

    private volatile RedisServerProcess master;
    private volatile long forgottenNanos;

    /** The master whose numbers are known. */
    private volatile RedisServerProcess continued;

    private volatile RedisControl control;

    MasterWriter(RedisServerProcess master, Contents contents, Findings findings, CountDownLatch stop) {
        this.master = master;
        this.continued = master;
        this.contents = contents;
        this.findings = findings;
        this.stop = stop;
    }

    /**
     * Writes to another master from now on. Waits until it does.
     *
     * @param forgotten nobody who asks after that moment may get a number that this master lacks
     */
    void turnTo(RedisServerProcess next, long forgotten) {
        forgottenNanos = forgotten;
        master = next;
        RedisControl open = control;
        if (open != null) {
            // The former master may not answer any more.
            open.close();
        }
        Awaitility.await().atMost(Address.PATIENCE).until(() -> continued == next);
    }

    @Override
    public void run() {
        try {
            do {
                writeUntilRefused(master);
            } while (!stop.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilRefused(RedisServerProcess server) throws InterruptedException {
        try (RedisControl opened = server.control()) {
            control = opened;
            if (server != master) {
                return;
            }
            if (continued != server) {
                contents.counters().forEach(counter -> continueFrom(opened, counter));
                continued = server;
            }
            while (server == master) {
                for (Counter counter : contents.counters()) {
                    counter.increment((key, value) -> opened.call("SET", key, value));
                    if (stop.await(PACE_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (RuntimeException e) {
            // The master is down, has closed the connection, or is no master any more.
        }
    }

    private void continueFrom(RedisControl server, Counter counter) {
        Bytes value = ((Reply.Bulk) server.call("GET", counter.key())).bytes();
        counter.continueFrom(counter.number(value), forgottenNanos).forEach(findings::wrong);
    }
}
