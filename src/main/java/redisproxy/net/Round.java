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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;
import redisproxy.cache.ReadThroughCache;

/**
 * The connections that a selector found readable at one time. They are read one after the other, their keys are looked up
 * together, they are answered in the same order, and then all misses are loaded together. So the processor waits for memory
 * once for many keys, and Redis gets one pipeline for many misses.
 *
 * <p>Connections that send more than is read at one time are served after all others, one of them per round. So clients that
 * ask for little do not wait for clients that ask for much, however many these are.
 *
 * <p>Belongs to the selector's thread. A failure of one connection ends that connection alone.
 */
public final class Round implements ManagedSelector.SelectorUpdate, LoopEnd.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Round.class);

    /** The most bytes that a connection reads in one round, so that it does not keep others waiting. */
    public static final int READ_BYTES = 8 * 1024;

    /** What the connections of a round have read lies side by side in one array. */
    private static final int INPUT_BYTES = 16 * READ_BYTES;

    private final ReadThroughCache cache;
    private final ManagedSelector selector;
    private final SelectorLoop loop;
    private final Traffic traffic;
    private final Batch batch = new Batch();
    private final byte[] inputArray = new byte[INPUT_BYTES];
    private final ByteBuffer input = ByteBuffer.wrap(inputArray);
    private final SpareBuffer output;
    private final SpareBuffer encrypted;
    private final Turns turns;
    private final List<ReadableSource> readable = new ArrayList<>();
    private final Queue<ReadableSource> busy = new ArrayDeque<>();
    private final List<RoundConnection> reading = new ArrayList<>();
    private boolean isDue;
    private long startedNanos;

    /** The thread that serves; null between rounds. Any thread may compare it with itself. */
    private @Nullable Thread serving;

    /** The thread that serves or resumes connections; null before it carries out what is to be done at the end of that. */
    private @Nullable Thread gathering;

    private final List<Runnable> atEnd = new ArrayList<>();

    /** Connections whose loads have finished. */
    private final Queue<RoundConnection> resuming = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean resumes = new AtomicBoolean();
    private final List<RoundConnection> resumed = new ArrayList<>();

    /** Connections have been resumed since the selector has looked what is ready, and others are still to be served. */
    private boolean hasResumed;

    Round(ReadThroughCache cache, ManagedSelector selector, ByteBufferPool pool, Traffic traffic) {
        this.cache = cache;
        this.selector = selector;
        this.loop = new SelectorLoop(selector, this);
        this.traffic = traffic;
        this.output = new SpareBuffer(pool);
        this.encrypted = new SpareBuffer(pool);
        this.turns = new Turns(selector);
    }

    /** Has a source served once the selector's thread has looked at all sources that became ready. */
    void add(ReadableSource source) {
        if (source.isBusy()) {
            busy.add(source);
        } else {
            readable.add(source);
        }
        makeDue();
    }

    /** Has a source served once more, after others, though nothing new has become readable. Thread-safe. */
    void serveAgain(ReadableSource source) {
        selector.submit(ignored -> {
            busy.add(source);
            makeDue();
        });
    }

    private void makeDue() {
        if (!isDue) {
            isDue = true;
            selector.submit(this);
        }
    }

    /** Has {@link RoundConnection#resume} called on the selector's thread, for several connections at once. Thread-safe. */
    public void resume(RoundConnection connection) {
        resuming.add(connection);
        if (!resumes.get() && resumes.compareAndSet(false, true)) {
            selector.submit(ignored -> resumeAll());
        }
    }

    /** Has a piece of a connection's work run on the selector's thread after others have been served. Thread-safe. */
    public void afterOthers(Runnable piece) {
        turns.add(piece);
    }

    private void resumeAll() {
        resumes.set(false);
        loop.enter();
        gathering = Thread.currentThread();
        // A connection that is resumed once more meanwhile comes again after the sources that have become readable.
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
        endGathering();
        loop.leave();
        if (isDue) {
            hasResumed = true;
        } else {
            loop.end().workEnded(/* writes= */ true);
        }
    }

    @Override
    public void update(Selector ignored) {
        isDue = false;
        startedNanos = System.nanoTime();
        loop.enter();
        serving = Thread.currentThread();
        gathering = serving;
        try {
            readable.forEach(this::serve);
            answer();
            serveBusy();
        } finally {
            serving = null;
            readable.clear();
            if (!busy.isEmpty()) {
                makeDue();
            }
            try {
                load();
                endGathering();
            } finally {
                loop.leave();
                loop.end().workEnded(hasResumed || isResuming());
                hasResumed = false;
            }
        }
    }

    @Override
    public boolean isDue() {
        return isDue;
    }

    @Override
    public boolean isResuming() {
        return resumes.get();
    }

    /** Returns the event loop that this is part of. Thread-safe. */
    public SelectorLoop loop() {
        return loop;
    }

    /** Returns whether the calling thread serves or resumes connections, so that {@link #atEnd} may be called. Thread-safe. */
    public boolean isGathering() {
        return gathering == Thread.currentThread();
    }

    /** Has something done when the connections have been served or resumed that the calling thread is {@linkplain #isGathering at}. */
    public void atEnd(Runnable last) {
        atEnd.add(last);
    }

    private void endGathering() {
        gathering = null;
        if (atEnd.isEmpty()) {
            return;
        }
        for (Runnable last : atEnd) {
            try {
                last.run();
            } catch (RuntimeException | Error e) {
                LOG.error("What connections have gathered was not carried out", e);
            }
        }
        atEnd.clear();
    }

    /** Returns whether the calling thread is serving this round. Thread-safe. */
    boolean isServing() {
        return serving == Thread.currentThread();
    }

    @SuppressWarnings("ThreadPriorityCheck") // it is for the latency of others, and right without it
    private void serveBusy() {
        if (!busy.isEmpty()) {
            serve(busy.remove());
            answer();
            load();
            endGathering();
            // With few processors, loader threads and those of the other port may be waiting for this one.
            Thread.yield();
        }
    }

    /** Returns the keys to look up. */
    public Lookups lookups() {
        return batch.lookups();
    }

    /** Returns the keys to load. */
    public Misses misses() {
        return batch.misses();
    }

    /** Returns {@link System#nanoTime()} at the beginning of the round. */
    public long startedNanos() {
        return startedNanos;
    }

    /** Counts what the connections read and write. Thread-safe. */
    Traffic traffic() {
        return traffic;
    }

    /** Returns memory for what is encrypted, while it is read or written. */
    SpareBuffer encrypted() {
        return encrypted;
    }

    /** Returns memory for what is written. It is reused, so it stays in the processor's caches. */
    public SpareBuffer output() {
        return output;
    }

    /**
     * Reads once, without blocking, into memory that does not change until the connection has answered. Returns how many bytes,
     * or -1 at the end of the input. {@link #input} and {@link #inputEnd} tell where they are.
     */
    public int read(ReadableSource source) {
        input.limit(input.position() + READ_BYTES);
        return source.read(input);
    }

    /** Returns the array that {@link #read} reads into. */
    public byte[] input() {
        return inputArray;
    }

    /** Returns where in the array the bytes of the last {@link #read} end. */
    public int inputEnd() {
        return input.position();
    }

    private void serve(ReadableSource source) {
        RoundConnection connection = source.takeReader();
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
