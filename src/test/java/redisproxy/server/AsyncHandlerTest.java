package redisproxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AsyncHandlerTest {
    private static final Formatter MESSAGE_ALONE = new Formatter() {
        @Override
        public String format(LogRecord record) {
            return record.getMessage() + "\n";
        }
    };

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

    @Test
    void dropsAndCountsWhatNobodyReads() throws Exception {
        AsyncHandler handler = new AsyncHandler(pipe, MESSAGE_ALONE);
        handler.publish(new LogRecord(Level.INFO, "first"));
        writing.await();
        for (int i = 0; i < AsyncHandler.QUEUE_CAPACITY + 3; i++) {
            handler.publish(new LogRecord(Level.INFO, "later"));
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
    void flushGivesUp() throws Exception {
        AsyncHandler handler = new AsyncHandler(pipe, MESSAGE_ALONE);
        handler.publish(new LogRecord(Level.INFO, "first"));
        writing.await();
        handler.flush();
        assertThat(written.size()).isZero();
        read.countDown();
    }
}
