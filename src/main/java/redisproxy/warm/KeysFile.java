package redisproxy.warm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.RecentKeys;

/**
 * Keeps the names of the hottest keys in a file, which only its owner may read: at intervals and at the end, each time as a whole. A
 * failure costs a line of the log. Thread-safe.
 */
public final class KeysFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeysFile.class);

    /** What a process that ends unexpectedly may miss. */
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Path path;
    private final int most;
    private final ReadThroughCache cache;
    private final CountDownLatch isOver = new CountDownLatch(1);
    private boolean isFailing;

    /** Makes what writes at most so many keys of the cache. */
    public KeysFile(Path path, int most, ReadThroughCache cache) {
        this.path = path.toAbsolutePath();
        this.most = most;
        this.cache = cache;
    }

    /** Begins to write, on a thread of this name. Once. */
    public void start(String threadName) {
        Thread thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!isOver.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                write();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes the keys, unless there are none: then those of before may still help. */
    public synchronized void write() {
        List<byte[]> keys = RecentKeys.of(cache, most);
        if (keys.isEmpty()) {
            return;
        }
        try {
            replace(KeyList.write(keys));
            isFailing = false;
        } catch (IOException | RuntimeException e) {
            if (!isFailing) {
                LOG.warn("{}: the hottest keys cannot be written: {}", path, e.toString());
            }
            isFailing = true;
        }
    }

    private void replace(byte[] bytes) throws IOException {
        // Which only its owner may read, where the file system can tell.
        Path next = Files.createTempFile(path.getParent(), path.getFileName().toString(), ".next");
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    int unused = channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            boolean unused = Files.deleteIfExists(next);
        }
    }

    /** Writes the keys for the last time. Blocks. */
    @Override
    public void close() {
        if (isOver.getCount() > 0) {
            isOver.countDown();
            write();
        }
    }
}
