package redisproxy.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Connector;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Asker;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.http.Answer;
import redisproxy.http.Answers;
import redisproxy.http.HitHead;
import redisproxy.http.Permits;
import redisproxy.http.Representation;
import redisproxy.measure.AccessLog;
import redisproxy.net.ExpectedBytes;
import redisproxy.net.OrderedQueue;
import redisproxy.net.PeerAddress;
import redisproxy.net.ReadableSource;

/**
 * The responses to requests of one connection that were read together, on their way out in the order of the requests. Hits go
 * straight into the output. From the first response on that cannot, all queue. Small responses leave in one write. All of them
 * have one permit, since they are answered one after the other. Belongs to the selector's thread; only the end of a load
 * or of a write may come on another thread, and resumes the connection.
 */
final class ResponseWriter {
    /** The most that is copied of what a client does not take. */
    private static final int MAX_GATHERED_BYTES = 16 * 1024;

    /** What is queued is held in memory. */
    private static final int MAX_QUEUED_BYTES = 1024 * 1024;

    /** When a request was read that is answered from memory: the connection times its batches. */
    private static final long NOT_TIMED = 0;

    private final ReadableSource source;
    private final Connector connector;
    private final Answers answers;
    private final Permits permits;
    private final AnswerEncoder encoder;
    private final Runnable resume;
    private final Supplier<Asker> asker;

    /** Null if there is no access log. */
    private final @Nullable UsualAccess access;

    private final OrderedQueue<QueuedResponse> queue = new OrderedQueue<>();
    private final ExpectedBytes expected = new ExpectedBytes();
    private final HitHead hitHead = new HitHead();

    private boolean permitted;
    private boolean closes;

    /** Of all responses until the next requests are read. */
    private boolean isPrivate;

    /** Memory for responses to be written; null while there are none. */
    private @Nullable RetainableByteBuffer output;

    private @Nullable PendingWrite pendingWrite;

    /**
     * Makes a writer.
     *
     * @param resume has {@link #write} called again on the selector's thread
     */
    ResponseWriter(ReadableSource source, Connector connector, HttpServices services, Runnable resume) {
        this.source = source;
        this.connector = connector;
        this.answers = services.answers();
        this.permits = services.permits();
        this.encoder = services.encoder();
        this.resume = resume;
        AccessLog log = services.accessLog();
        this.access = log == null ? null : new UsualAccess(log, source);
        this.asker = () -> new Asker(PeerAddress.of(source.getRemoteSocketAddress()), "");
    }

    /** Returns whether requests may be processed now; each that is processed must have its response put. */
    boolean isPermitted() {
        permitted = permitted || permits.tryAcquire();
        return permitted;
    }

    /** Says whether the next responses are for their client alone. */
    void beginBatch(boolean forClientAlone) {
        isPrivate = forClientAlone;
    }

    /** Returns how many requests may be processed together. */
    int room() {
        return Math.max(1, MAX_QUEUED_BYTES / Math.max(1, expected.bytes()));
    }

    /**
     * Takes a response from an entry that was found in memory.
     *
     * @param isLast whether no response follows before {@link #write}
     * @throws IOException if the client is gone
     */
    void put(Entry entry, boolean isLast) throws IOException {
        if (mayPut(entry)) {
            ByteBuffer out = output();
            closes = isLast && connector.isShutdown();
            answers.describe(entry, hitHead);
            encoder.putHead(hitHead, closes, isPrivate, out);
            if (hitHead.length() > 0) {
                entry.putValue(out);
            }
            expected.note(hitHead.length());
            return;
        }
        QueuedResponse response = enqueue(entry.valueLength(), NOT_TIMED);
        if (Representation.isCostly(entry)) {
            connector.getExecutor().execute(() -> {
                response.hit(entry);
                response.flush();
            });
        } else {
            response.hit(entry);
        }
    }

    private boolean mayPut(Entry entry) throws IOException {
        return queue.isEmpty()
                && pendingWrite == null
                && isGathered(0, entry.valueLength())
                && makeRoom(entry.valueLength());
    }

    /** Takes a response for this key whose answer comes later; the request was read at {@code begunNanos}. */
    QueuedResponse putPending(byte[] key, long begunNanos) {
        QueuedResponse response = enqueue(expected.bytes(), begunNanos);
        if (access != null) {
            response.loggedAs(access.miss(key, begunNanos));
        }
        return response;
    }

    /** Takes note of responses from entries that were found in memory. */
    void log(Lookups lookups, int from, int to, long begunNanos) {
        if (access != null) {
            access.hits(lookups, from, to, begunNanos);
        }
    }

    private QueuedResponse enqueue(int bytes, long begunNanos) {
        QueuedResponse response = new QueuedResponse(answers, resume, asker, begunNanos);
        queue.add(response, bytes);
        return response;
    }

    /** Returns whether the connection ends with what has been written, as its last response has said. */
    boolean closes() {
        return closes;
    }

    /**
     * Writes the responses that are ready; returns false if that goes on later, and then the connection is resumed.
     *
     * @throws IOException if the client is gone
     */
    boolean write() throws IOException {
        if (pendingWrite != null) {
            if (!pendingWrite.hasEnded()) {
                pendingWrite.iterate();
                return false;
            }
            pendingWrite = null;
        }
        for (QueuedResponse next = queue.ready(); next != null; next = queue.ready()) {
            if (!makeRoom(next.length())) {
                return false;
            }
            queue.remove();
            expected.note(next.length());
            if (!put(next.answer())) {
                return false;
            }
        }
        if (queue.isEmpty()) {
            giveBackPermit();
        }
        return flush() && queue.isEmpty();
    }

    /** Puts an answer; one that is not small is written, since no other is gathered with it. */
    private boolean put(Answer answer) throws IOException {
        ByteBuffer out = output();
        closes = queue.isEmpty() && connector.isShutdown();
        encoder.putHead(answer, closes, isPrivate, out);
        int count = Math.min(answer.length(), out.remaining());
        out.put(answer.body(), answer.offset(), count);
        return isGathered(0, answer.length()) || flush(answer, count);
    }

    private static boolean isGathered(int held, int length) {
        return held + AnswerEncoder.MAX_HEAD_BYTES + length <= MAX_GATHERED_BYTES;
    }

    private ByteBuffer output() {
        if (output == null) {
            output = source.round().output().acquire();
            output.getByteBuffer().clear();
        }
        return output.getByteBuffer();
    }

    /** Writes what is held unless an answer of this length can be gathered with it; returns false if that goes on later. */
    private boolean makeRoom(int length) throws IOException {
        return output == null || isGathered(output.getByteBuffer().position(), length) || flush();
    }

    /** Writes what is held; returns false if that goes on later. */
    private boolean flush() throws IOException {
        if (output == null) {
            return true;
        }
        try {
            ByteBuffer out = output.getByteBuffer().flip();
            return source.flushOne(out) || begin(new PendingWrite(source, out, resume));
        } finally {
            releaseOutput();
        }
    }

    /** Writes what is held, which ends with the first {@code count} bytes of this answer's body, and then the rest of it. */
    private boolean flush(Answer answer, int count) throws IOException {
        boolean isWhole = count == answer.length();
        if (isWhole) {
            giveBackPermitAfterLast();
        }
        try {
            ByteBuffer out = output().flip();
            if (source.flushOne(out) && isWhole) {
                return true;
            }
            // What is unsent of the body is written from its own array.
            int unsent = Math.min(count, out.remaining());
            out.limit(out.limit() - unsent);
            int position = answer.offset() + count - unsent;
            int end = answer.offset() + answer.length();
            return begin(
                    new PendingWrite(source, out, answer.body(), position, end, this::giveBackPermitAfterLast, resume));
        } finally {
            releaseOutput();
        }
    }

    private boolean begin(PendingWrite write) {
        pendingWrite = write;
        write.iterate();
        return false;
    }

    private void releaseOutput() {
        if (output != null) {
            source.round().output().release(output);
            output = null;
        }
    }

    private void giveBackPermitAfterLast() {
        if (queue.isEmpty()) {
            giveBackPermit();
        }
    }

    /** Before the last bytes are written, because a client that has read them may ask again. */
    private void giveBackPermit() {
        if (permitted) {
            permitted = false;
            permits.release();
        }
    }

    /** Forgets all responses when the connection has failed. */
    void abandon() {
        queue.clear();
        pendingWrite = null;
        releaseOutput();
        giveBackPermit();
    }
}
