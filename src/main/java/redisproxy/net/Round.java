package redisproxy.net;

import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ManagedSelector;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;
import redisproxy.cache.ReadThroughCache;

/**
 * The connections that a selector found readable at one time. They are read one after the other, their keys looked up
 * together, then they are answered in the same order, and at last what is missing is loaded together: so the processor
 * waits for memory once for many keys, and Redis gets one pipeline for many misses.
 *
 * <p>Connections that send more than is read at one time are served after all others, and one of them only before the
 * selector is asked again: so clients that ask for little do not wait for those that ask for much, however many.
 *
 * <p>Belongs to the thread that works for the selector. What fails with one connection ends that one alone.
 */
public final class Round implements ManagedSelector.SelectorUpdate {
    /** Each connection reads at most so many bytes a round, so that none keeps the others waiting. */
    public static final int READ_BYTES = 8 * 1024;

    /** What all connections of a round have sent lies in one piece of memory, side by side, while it is worked on. */
    private static final int INPUT_BYTES = 16 * READ_BYTES;

    private final ReadThroughCache cache;
    private final ManagedSelector selector;
    private final Batch batch = new Batch();
    private final byte[] inputArray = new byte[INPUT_BYTES];
    private final ByteBuffer input = ByteBuffer.wrap(inputArray);
    private final SpareBuffer output;
    private final List<RoundEndPoint> readable = new ArrayList<>();
    private final Queue<RoundEndPoint> busy = new ArrayDeque<>();
    private final List<RoundConnection> reading = new ArrayList<>();
    private boolean isDue;
    private long startedNanos;

    /** Whose loads have finished. */
    private final Queue<RoundConnection> resuming = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean resumes = new AtomicBoolean();
    private final List<RoundConnection> resumed = new ArrayList<>();

    Round(ReadThroughCache cache, ManagedSelector selector, ByteBufferPool pool) {
        this.cache = cache;
        this.selector = selector;
        this.output = new SpareBuffer(pool);
    }

    /** Takes part in what is about to be done when the selector's thread has looked at all that became ready. */
    void add(RoundEndPoint endPoint) {
        if (endPoint.isBusy()) {
            busy.add(endPoint);
        } else {
            readable.add(endPoint);
        }
        makeDue();
    }

    /** Has a connection take part once more, after others, though nothing new has become readable. Thread-safe. */
    void serveAgain(RoundEndPoint endPoint) {
        selector.submit(ignored -> {
            busy.add(endPoint);
            makeDue();
        });
    }

    private void makeDue() {
        if (!isDue) {
            isDue = true;
            selector.submit(this);
        }
    }

    /** Has a connection called on the selector's thread, with others for which this is done meanwhile. Thread-safe. */
    public void resume(RoundConnection connection) {
        resuming.add(connection);
        if (!resumes.get() && resumes.compareAndSet(false, true)) {
            selector.submit(ignored -> resumeAll());
        }
    }

    private void resumeAll() {
        resumes.set(false);
        // Who resumes once more meanwhile comes again after those who have become readable.
        for (RoundConnection next = resuming.poll(); next != null; next = resuming.poll()) {
            resumed.add(next);
        }
        for (RoundConnection connection : resumed) {
            try {
                connection.resume();
            } catch (RuntimeException | Error e) {
                connection.fail(e);
            }
        }
        resumed.clear();
    }

    @Override
    public void update(Selector ignored) {
        isDue = false;
        startedNanos = System.nanoTime();
        try {
            readable.forEach(this::serve);
            answer();
            serveBusy();
        } finally {
            readable.clear();
            if (!busy.isEmpty()) {
                makeDue();
            }
            load();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // it is for the latency of others, and right without it
    private void serveBusy() {
        if (!busy.isEmpty()) {
            serve(busy.remove());
            answer();
            load();
            // On few processors, the threads that load and those of the other port may be waiting for this one.
            Thread.yield();
        }
    }

    /** Returns the keys that the connections ask for. */
    public Lookups lookups() {
        return batch.lookups();
    }

    /** Returns the keys that have to be loaded. */
    public Misses misses() {
        return batch.misses();
    }

    /** Returns {@link System#nanoTime()} of the round's beginning. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Returns memory for what is written, which is hot in the processor's caches. */
    public SpareBuffer output() {
        return output;
    }

    /**
     * Reads once, without blocking, into memory that stays as it is until the connection has answered. Returns how many
     * bytes, or -1 at the end of the input; {@link #input} and {@link #inputEnd} tell where they are.
     */
    public int read(RoundEndPoint endPoint) {
        input.limit(input.position() + READ_BYTES);
        return endPoint.read(input);
    }

    /** Returns the array that {@link #read} reads into. */
    public byte[] input() {
        return inputArray;
    }

    /** Returns where in the array the bytes of the last {@link #read} end. */
    public int inputEnd() {
        return input.position();
    }

    private void serve(RoundEndPoint endPoint) {
        RoundConnection connection = endPoint.takeReader();
        if (connection == null) {
            return;
        }
        if (lookups().isFull() || input.capacity() - input.position() < READ_BYTES) {
            answer();
        }
        try {
            connection.read(this);
            reading.add(connection);
        } catch (RuntimeException | Error e) {
            connection.fail(e);
        }
    }

    private void answer() {
        cache.getAllPresent(lookups());
        for (RoundConnection connection : reading) {
            try {
                connection.answer(this);
            } catch (RuntimeException | Error e) {
                connection.fail(e);
            }
        }
        reading.clear();
        lookups().clear();
        input.clear();
        if (misses().isFull()) {
            load();
        }
    }

    private void load() {
        cache.load(misses());
    }
}
