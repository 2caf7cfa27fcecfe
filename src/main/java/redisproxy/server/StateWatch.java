package redisproxy.server;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.measure.EventLog;

/** Looks once per second for changes of state that no thread notices by itself, so that nothing else has to. Thread-safe. */
final class StateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateWatch.class);

    private static final long PERIOD_SECONDS = 1;

    private final EventLog log;
    private final List<Refusals.Look> refusals;
    private final ScheduledExecutorService timer;

    StateWatch(EventLog log, List<Refusals> refusals) {
        this.log = log;
        this.refusals =
                refusals.stream().map(each -> new Refusals.Look(each, log)).toList();
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-proxy-states");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(this::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            refusals.forEach(Refusals.Look::look);
            log.look();
        } catch (RuntimeException | Error e) {
            // An exception would end the schedule.
            LOG.error("Looking for changes of state failed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
