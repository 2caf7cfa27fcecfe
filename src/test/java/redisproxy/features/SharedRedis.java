package redisproxy.features;

import redisproxy.testkit.Address;
import redisproxy.testkit.RedisServerProcess;

/** The redis-server of all scenarios that do not start their own. The first of them starts it. */
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
