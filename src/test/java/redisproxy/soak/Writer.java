package redisproxy.soak;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** Increments the counters in turn, directly in Redis, and goes on after every fault. */
final class Writer implements Runnable {
    private static final long PACE_MILLIS = 3;
    private static final long RETRY_MILLIS = 50;

    private final RedisServerProcess redis;
    private final Contents contents;
    private final CountDownLatch stop;

    Writer(RedisServerProcess redis, Contents contents, CountDownLatch stop) {
        this.redis = redis;
        this.contents = contents;
        this.stop = stop;
    }

    @Override
    public void run() {
        try {
            do {
                writeUntilRefused();
            } while (!stop.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilRefused() throws InterruptedException {
        try (RedisControl control = redis.control()) {
            while (true) {
                for (Counter counter : contents.counters()) {
                    counter.increment((key, value) -> control.call("SET", key, value));
                    if (stop.await(PACE_MILLIS, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (RuntimeException e) {
            // Redis is down, has closed the connection or accepts none.
        }
    }
}
