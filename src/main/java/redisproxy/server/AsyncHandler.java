package redisproxy.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Writes log records on a thread of its own, so that a log without a reader never holds up a thread that logs: if the queue is
 * full, a record is dropped and counted, and a later line tells how many were. Thread-safe; no method but {@link #flush} blocks.
 */
final class AsyncHandler extends Handler {
    /** A burst of that many lines is kept; stack traces make them a few megabytes at most. */
    static final int QUEUE_CAPACITY = 1024;

    /** How often it is looked whether lines that were left out are to be told of. */
    private static final long LOOK_SECONDS = 5;

    private static final Duration LONGEST_FLUSH = Duration.ofSeconds(1);

    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final OutputStream out;
    private final LineFormat format;
    private final FloodLimit floods;
    private final Charset charset;
    private long droppedTold;

    /** What the thread takes from the queue: a record to write, or a mark that all before it is written. */
    private sealed interface Item {}

    private record Line(LogRecord record, String thread) implements Item {}

    private record Mark(CountDownLatch reached) implements Item {}

    /**
     * Makes a handler, and starts its thread.
     *
     * @param charset what lines are encoded in
     */
    AsyncHandler(OutputStream out, LineFormat format, Charset charset, FloodLimit floods) {
        this.out = out;
        this.format = format;
        this.charset = charset;
        this.floods = floods;
        Thread writer = new Thread(this::write, "redis-proxy-log");
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        // Found out by the stack of the thread that logs, unless the logger has set it.
        record.getSourceClassName();
        if (!queue.offer(new Line(record, Thread.currentThread().getName()))) {
            dropped.incrementAndGet();
        }
    }

    /** Returns how many records were dropped since the start. */
    long dropped() {
        return dropped.get();
    }

    /** Waits until all that was logged before is written, for at most a second. Blocks. */
    @Override
    public void flush() {
        long deadline = System.nanoTime() + LONGEST_FLUSH.toNanos();
        Mark mark = new Mark(new CountDownLatch(1));
        try {
            boolean isQueued = queue.offer(mark, LONGEST_FLUSH.toNanos(), TimeUnit.NANOSECONDS);
            if (isQueued && !mark.reached().await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                // The process ends without the rest, which has no reader.
                queue.remove(mark);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only flushes: what other shutdown hooks log after this is still written. */
    @Override
    public void close() {
        flush();
    }

    private void write() {
        while (true) {
            try {
                Item item = queue.poll(LOOK_SECONDS, TimeUnit.SECONDS);
                tellLeftOut();
                if (item instanceof Line line) {
                    if (floods.passes(line.record())) {
                        print(line);
                    }
                } else if (item instanceof Mark mark) {
                    tellDropped();
                    mark.reached().countDown();
                }
            } catch (IOException e) {
                // Whoever read the log has gone, or the disk is full; a later line may find it better.
                dropped.incrementAndGet();
            } catch (RuntimeException | InterruptedException e) {
                // A record whose parameters cannot be shown. No code interrupts this thread.
                dropped.incrementAndGet();
            }
        }
    }

    private void print(Line line) throws IOException {
        tellDropped();
        print(line.record(), line.thread());
    }

    private void print(LogRecord record, String thread) throws IOException {
        out.write(format.format(record, thread).getBytes(charset));
    }

    private void tellLeftOut() throws IOException {
        for (LogRecord summary : floods.summaries()) {
            print(summary, Thread.currentThread().getName());
        }
    }

    private void tellDropped() throws IOException {
        long total = dropped.get();
        long untold = total - droppedTold;
        if (untold > 0) {
            String lines = untold == 1 ? "1 line" : untold + " lines";
            LogRecord notice = new LogRecord(Level.WARNING, lines + " dropped, because the log was not read in time");
            notice.setLoggerName("redisproxy.server.Logging");
            print(notice, Thread.currentThread().getName());
            droppedTold = total;
        }
    }
}
