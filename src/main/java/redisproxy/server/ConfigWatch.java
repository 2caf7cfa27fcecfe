package redisproxy.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files of settings from time to time, and has the settings read anew when their contents have changed: contents, since
 * a Secret of Kubernetes changes by a symbolic link. Works on a thread of its own. Thread-safe.
 */
final class ConfigWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatch.class);

    /** What has changed is looked at again after so long at most, and read if it has stayed the same: it may be half written. */
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private static final int BLOCK_BYTES = 8192;

    private final String threadName;
    private final Supplier<List<Path>> files;
    private final Runnable reload;

    @GuardedBy("this")
    private Duration interval = Duration.ZERO;

    /** The thread that watches, or null; another one that is still there ends. */
    @GuardedBy("this")
    private @Nullable Thread thread;

    @GuardedBy("this")
    private boolean isClosed;

    /** What the files held before they were read last. */
    private volatile Map<Path, String> applied = Map.of();

    /**
     * Makes a watch that does not look yet.
     *
     * @param files returns the files to look at; may block to read them
     * @param reload calls {@link #readsNow}, then reads the settings anew, and tells what comes of it
     */
    ConfigWatch(String threadName, Supplier<List<Path>> files, Runnable reload) {
        this.threadName = threadName;
        this.files = files;
        this.reload = reload;
    }

    /** Returns the files that a reload reads: the one with the settings, and those with users that the settings name. */
    static List<Path> files(SettingsSource source) {
        List<String> names = new ArrayList<>();
        String file = source.file();
        if (file != null) {
            names.add(file);
        }
        try {
            Settings settings = source.read();
            for (Setting<String> each : UsersCatalog.FILES) {
                settings.given(each).ifPresent(given -> names.add(given.value()));
            }
        } catch (ConfigException e) {
            LOG.debug("The files that the settings name are unknown", e);
        }
        List<Path> found = new ArrayList<>();
        for (String name : names) {
            try {
                found.add(Path.of(name));
            } catch (InvalidPathException e) {
                LOG.debug("There is no such file", e);
            }
        }
        return found;
    }

    /** Takes in that the files are about to be read: only what changes from now on is a change. Blocks to look at them. */
    void readsNow() {
        applied = contents();
    }

    /** Looks each time after so long from now on, or never if it is zero. Does not block. */
    synchronized void every(Duration newInterval) {
        if (isClosed || newInterval.equals(interval)) {
            return;
        }
        interval = newInterval;
        if (newInterval.isZero()) {
            thread = null;
        } else if (thread == null) {
            thread = new Thread(this::watch, threadName);
            thread.setDaemon(true);
            thread.start();
        }
        notifyAll();
    }

    /** Ends the thread; does not wait for it. */
    @Override
    public synchronized void close() {
        isClosed = true;
        thread = null;
        notifyAll();
    }

    private void watch() {
        Map<Path, String> before = applied;
        while (waitForNext(!before.equals(applied))) {
            Map<Path, String> now = contents();
            if (!now.equals(applied) && now.equals(before)) {
                reload();
            }
            before = now;
        }
    }

    private void reload() {
        try {
            reload.run();
        } catch (RuntimeException e) {
            LOG.debug("The settings were not read anew", e);
        }
    }

    /** Waits until it is time to look again; returns false if this thread is not to look any more. */
    private synchronized boolean waitForNext(boolean isSettling) {
        long begun = System.nanoTime();
        try {
            while (thread == Thread.currentThread()) {
                Duration pause = isSettling && SETTLING.compareTo(interval) < 0 ? SETTLING : interval;
                long left = pause.toNanos() - (System.nanoTime() - begun);
                if (left <= 0) {
                    return true;
                }
                wait(left / 1_000_000, (int) (left % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private Map<Path, String> contents() {
        Map<Path, String> contents = new TreeMap<>();
        try {
            for (Path file : files.get()) {
                contents.put(file, digest(file));
            }
        } catch (RuntimeException e) {
            LOG.debug("The files of settings were not looked at", e);
        }
        return contents;
    }

    private static String digest(Path file) {
        // Whatever is no file, such as a pipe, might never end.
        if (!Files.isRegularFile(file)) {
            return "no file";
        }
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[BLOCK_BYTES];
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                digest.update(block, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            return e.toString();
        }
    }
}
