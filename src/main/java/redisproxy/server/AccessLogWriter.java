package redisproxy.server;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.measure.Access;
import redisproxy.measure.AccessLog;

/**
 * Writes the access log on a thread of its own, several lines at a time. What it cannot write in time is dropped and counted. A
 * file is appended to, and opened anew on request, so that it can be renamed meanwhile. Thread-safe; no method blocks but
 * {@link #close}.
 */
final class AccessLogWriter implements AccessLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLogWriter.class);

    /** With the longest keys, 8 MB; at a million requests per second, 8 ms. */
    static final int QUEUE_CAPACITY = 8192;

    private static final int MOST_LINES = 256;
    private static final long LOOK_MILLIS = 200;
    private static final long CLOSE_WAIT_MILLIS = 2_000;

    private final LogFormat format;

    /** The file never changes. */
    private volatile AccessLogConfig config;

    private volatile AccessLine lines;
    private final BlockingQueue<Timed> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final LongAdder taken = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread = new Thread(this::run, "redis-proxy-access-log");
    private volatile boolean isStale;
    private volatile boolean isClosed;

    /** Used by the thread alone, once it runs; null after a failure. */
    private @Nullable OutputStream out;

    /** Used by the thread alone: the last attempt to write has failed. */
    private boolean isFailing;

    private record Timed(Access access, long epochMillis) {}

    /**
     * Opens the log, and starts its thread.
     *
     * @throws StartException if the file cannot be opened
     */
    AccessLogWriter(AccessLogConfig config, LogFormat format) {
        this.format = format;
        this.config = config;
        this.lines = new AccessLine(format, config.keys());
        try {
            this.out = open();
        } catch (IOException e) {
            throw new StartException(
                    "%s: '%s' cannot be opened: %s (expected: a file that the proxy may append to, stderr or off)"
                            .formatted(LogCatalog.ACCESS_LOG, config.file(), e.getMessage()),
                    e);
        }
        thread.setDaemon(true);
        thread.start();
    }

    private OutputStream open() throws IOException {
        return config.file() == null
                ? new FileOutputStream(FileDescriptor.err)
                : new FileOutputStream(config.file().toFile(), /* append= */ true);
    }

    /** Has another sample and another display of keys apply from now on; the file stays. */
    void change(AccessLogConfig to) {
        if (to.keys() != config.keys()) {
            lines = new AccessLine(format, to.keys());
        }
        config = new AccessLogConfig(config.file(), to.oneOf(), to.keys());
    }

    @Override
    public boolean wants() {
        int oneOf = config.oneOf();
        return oneOf == 1 || ThreadLocalRandom.current().nextInt(oneOf) == 0;
    }

    @Override
    public void add(Access access) {
        if (queue.offer(new Timed(access, System.currentTimeMillis()))) {
            taken.increment();
        } else {
            dropped.increment();
        }
    }

    /** Has the file opened anew before the next line: another one may have its name. */
    void reopen() {
        isStale = true;
    }

    /** Returns how many lines were dropped. */
    long dropped() {
        return dropped.sum();
    }

    /** Returns the fields of INFO. */
    Map<String, Object> info() {
        return Map.of("access_log_lines", taken.sum(), "access_log_dropped_lines", dropped.sum());
    }

    private void run() {
        List<Timed> batch = new ArrayList<>(MOST_LINES);
        while (!isClosed || !queue.isEmpty()) {
            try {
                Timed first = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                reopenIfStale();
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, MOST_LINES - 1);
                    write(batch);
                }
                isFailing = false;
            } catch (InterruptedException | RuntimeException e) {
                dropped.add(batch.size());
                tellOnce(e);
            }
            batch.clear();
        }
        closeOutput();
    }

    private void tellOnce(Exception e) {
        if (!isFailing) {
            isFailing = true;
            LOG.warn("{}: '{}' cannot be written: {}", LogCatalog.ACCESS_LOG, config.file(), e.getMessage());
        }
    }

    private void write(List<Timed> batch) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Timed each : batch) {
            bytes.writeBytes(lines.of(each.access(), each.epochMillis()));
        }
        try {
            OutputStream open = out;
            if (open == null) {
                open = open();
                out = open;
            }
            // At once, so that lines of the log are not in between.
            open.write(bytes.toByteArray());
        } catch (IOException e) {
            closeOutput();
            throw new UncheckedIOException(e);
        }
    }

    private void reopenIfStale() {
        if (isStale && config.file() != null) {
            isStale = false;
            closeOutput();
            try {
                out = open();
            } catch (IOException e) {
                LOG.warn(
                        "The access log cannot be opened anew; its lines are dropped until it can: {}", e.getMessage());
            }
        }
    }

    private void closeOutput() {
        OutputStream open = out;
        out = null;
        if (open != null && config.file() != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("The access log did not close cleanly", e);
            }
        }
    }

    /** Writes what has been taken, for two seconds at most, and closes the file. */
    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join(CLOSE_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
