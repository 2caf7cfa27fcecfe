package redisproxy.features;

import redisproxy.testkit.Address;
import redisproxy.testkit.RedisServerProcess;

/** The redis-server behind all scenarios that need none of their own, started with the first of them. */
final class SharedRedis {
    private static RedisServerProcess process;

    private SharedRedis() {}

    static synchronized Address address() {
        if (process == null) {
            process = RedisServerProcess.started();
        }
        return process.address();
    }

    static synchronized void stop() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
