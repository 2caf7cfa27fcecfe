package redisproxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AsyncHandlerTest {
    private static final LineFormat MESSAGE_ALONE = (record, thread) -> record.getMessage() + "\n";

    private final AtomicLong nanos = new AtomicLong();

    private final CountDownLatch read = new CountDownLatch(1);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch writing = new CountDownLatch(1);

    /** A pipe that is full until it is read. */
    private final OutputStream pipe = new OutputStream() {
        @Override
        public void write(int character) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes) {
            writing.countDown();
            try {
                read.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            written.writeBytes(bytes);
        }
    };

    private AsyncHandler handler() {
        return new AsyncHandler(pipe, MESSAGE_ALONE, UTF_8, new FloodLimit(nanos::get));
    }

    @Test
    void dropsAndCountsWhatNobodyReads() throws Exception {
        AsyncHandler handler = handler();
        handler.publish(new LogRecord(Level.INFO, "first"));
        writing.await();
        for (int i = 0; i < AsyncHandler.QUEUE_CAPACITY + 3; i++) {
            handler.publish(new LogRecord(Level.FINE, "later"));
        }
        assertThat(handler.dropped()).isEqualTo(3);

        read.countDown();
        handler.flush();
        handler.publish(new LogRecord(Level.INFO, "last"));
        handler.flush();

        assertThat(written.toString(UTF_8).lines())
                .startsWith("first", "3 lines dropped, because the log was not read in time", "later")
                .endsWith("later", "last")
                .hasSize(AsyncHandler.QUEUE_CAPACITY + 3);
    }

    @Test
    void floodOfOneKindIsBounded() {
        read.countDown();
        AsyncHandler handler = handler();
        for (int i = 0; i < 2 * FloodLimit.MOST_IN_PERIOD; i++) {
            handler.publish(line(Level.WARNING, "a", "often"));
            handler.publish(line(Level.FINE, "a", "asked for"));
        }
        handler.publish(line(Level.WARNING, "b", "rare"));
        handler.flush();
        assertThat(count("often")).isEqualTo(FloodLimit.MOST_IN_PERIOD);
        assertThat(count("asked for")).isEqualTo(2L * FloodLimit.MOST_IN_PERIOD);
        assertThat(count("rare")).isOne();
        nanos.addAndGet(FloodLimit.PERIOD.toNanos());
        handler.publish(line(Level.WARNING, "a", "once more"));
        handler.flush();
        assertThat(written.toString(UTF_8).lines())
                .endsWith(
                        FloodLimit.MOST_IN_PERIOD + " further lines of this kind were left out within 60 s",
                        "once more");
    }

    private static LogRecord line(Level level, String logger, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName(logger);
        record.setSourceMethodName("method");
        return record;
    }

    private long count(String text) {
        return written.toString(UTF_8).lines().filter(text::equals).count();
    }

    @Test
    void flushGivesUp() throws Exception {
        AsyncHandler handler = handler();
        handler.publish(new LogRecord(Level.INFO, "first"));
        writing.await();
        handler.flush();
        assertThat(written.size()).isZero();
        read.countDown();
    }
}
