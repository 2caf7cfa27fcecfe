package redisproxy.jetty;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.http.Answer;
import redisproxy.http.Answers;
import redisproxy.http.Permits;
import redisproxy.http.Representation;
import redisproxy.net.ExpectedBytes;
import redisproxy.net.RoundEndPoint;
import redisproxy.net.SpareBuffer;

/**
 * The responses to requests of one connection that were read together, on their way out in the order of the requests,
 * small ones in one write. They have one permit, since they are answered one after the other. Belongs to the selector's
 * thread; only the end of a load or of a write may come on another one, and resumes the connection.
 */
final class ResponseWriter {
    private static final int PIECE_BYTES = 64 * 1024;

    /** A client that takes a large value as fast as it is written may not keep the others waiting for all of it. */
    private static final int MAX_PIECES = 16;

    /** So much is copied, at most, of what a client does not take. */
    private static final int MAX_GATHERED_BYTES = 16 * 1024;

    /** What is queued is held in memory. */
    private static final int MAX_QUEUED_BYTES = 1024 * 1024;

    private final RoundEndPoint endPoint;
    private final Connector connector;
    private final Answers answers;
    private final Permits permits;
    private final AnswerEncoder encoder;
    private final Runnable resume;

    private boolean permitted;
    private boolean closes;
    private @Nullable QueuedResponse first;
    private @Nullable QueuedResponse last;

    private final ExpectedBytes expected = new ExpectedBytes();

    /** What takes longer to write. */
    private @Nullable Rest rest;

    ResponseWriter(
            RoundEndPoint endPoint,
            Connector connector,
            Answers answers,
            Permits permits,
            AnswerEncoder encoder,
            Runnable resume) {
        this.endPoint = endPoint;
        this.connector = connector;
        this.answers = answers;
        this.permits = permits;
        this.encoder = encoder;
        this.resume = resume;
    }

    /** Whether requests may be processed now; each that is has to have its response queued. */
    boolean isPermitted() {
        permitted = permitted || permits.tryAcquire();
        return permitted;
    }

    /** How many requests are to be processed together. */
    int room() {
        return Math.max(1, MAX_QUEUED_BYTES / Math.max(1, expected.bytes()));
    }

    /** Queues a response from an entry that was found in memory. */
    void put(Entry entry) {
        QueuedResponse response = putPending();
        if (Representation.isCostly(entry)) {
            connector.getExecutor().execute(() -> {
                response.hit(entry);
                response.flush();
            });
        } else {
            response.hit(entry);
        }
    }

    /** Queues a response whose answer comes later. */
    QueuedResponse putPending() {
        QueuedResponse response = new QueuedResponse(answers, resume);
        if (last == null) {
            first = response;
        } else {
            last.next = response;
        }
        last = response;
        return response;
    }

    /** Whether the connection ends with what has been written, as its last response has said. */
    boolean closes() {
        return closes;
    }

    /** Whether the next response is not known yet. */
    boolean waits() {
        return first != null && first.answer() == null;
    }

    /**
     * Writes the responses whose turn it is; returns false if that goes on later, and then the connection is resumed.
     *
     * @throws IOException if the client is gone
     */
    boolean write() throws IOException {
        if (rest != null) {
            if (!rest.hasEnded()) {
                rest.iterate();
                return false;
            }
            rest = null;
        }
        while (first != null && first.answer() != null) {
            if (!writeNext()) {
                return false;
            }
        }
        return first == null;
    }

    private boolean writeNext() throws IOException {
        SpareBuffer spare = endPoint.round().output();
        RetainableByteBuffer memory = spare.acquire();
        try {
            ByteBuffer out = memory.getByteBuffer().clear();
            Answer answer;
            int count;
            do {
                answer = takeFirst();
                closes = first == null && connector.isShutdown();
                encoder.putHead(answer, closes, out);
                count = Math.min(answer.length(), out.remaining());
                out.put(answer.body(), answer.offset(), count);
            } while (isNextGathered(out.position()));
            out.flip();
            if (count == answer.length()) {
                giveBackPermit();
            }
            if (endPoint.flush(out) && count == answer.length()) {
                return true;
            }
            rest = new Rest(answer, count, out);
            rest.iterate();
            return false;
        } finally {
            spare.release(memory);
        }
    }

    private Answer takeFirst() {
        QueuedResponse taken = requireNonNull(first);
        first = taken.next;
        if (first == null) {
            last = null;
        }
        Answer answer = requireNonNull(taken.answer());
        expected.note(answer.length());
        return answer;
    }

    private boolean isNextGathered(int bytes) {
        Answer answer = first == null ? null : first.answer();
        return answer != null && bytes + AnswerEncoder.MAX_HEAD_BYTES + answer.length() <= MAX_GATHERED_BYTES;
    }

    /** Before the last bytes are written: whoever has read them may ask again. */
    private void giveBackPermit() {
        if (permitted && first == null) {
            permitted = false;
            permits.release();
        }
    }

    /** Forgets everything, when the connection has failed. */
    void abandon() {
        first = null;
        last = null;
        rest = null;
        giveBackPermit();
    }

    /** Writes what a client did not take at once, and what did not fit into one buffer, from the answer's own array. */
    private final class Rest extends IteratingCallback {
        private final Answer answer;
        private ByteBuffer piece;
        private int position;
        private int pieces;
        private volatile boolean ended;
        private volatile @Nullable Throwable failure;

        /**
         * Makes the writer.
         *
         * @param count how much of the body was put into {@code unsent}
         * @param unsent what the client did not take; the caller's again when this returns
         */
        Rest(Answer answer, int count, ByteBuffer unsent) {
            int unsentBody = Math.min(count, unsent.remaining());
            this.answer = answer;
            this.position = answer.offset() + count - unsentBody;
            ByteBuffer before = unsent.limit(unsent.limit() - unsentBody);
            this.piece = ByteBuffer.allocate(before.remaining()).put(before).flip();
        }

        /** Returns whether all is written. */
        boolean hasEnded() throws IOException {
            Throwable cause = failure;
            if (cause != null) {
                throw new IOException(cause);
            }
            return ended;
        }

        @Override
        protected Action process() {
            if (!piece.hasRemaining()) {
                int left = answer.offset() + answer.length() - position;
                if (left == 0) {
                    return Action.SUCCEEDED;
                }
                if (++pieces % MAX_PIECES == 0) {
                    resume.run();
                    return Action.IDLE;
                }
                int count = Math.min(left, PIECE_BYTES);
                piece = ByteBuffer.wrap(answer.body(), position, count);
                position += count;
                if (count == left) {
                    giveBackPermit();
                }
            }
            endPoint.write(this, piece);
            return Action.SCHEDULED;
        }

        @Override
        protected void onCompleteSuccess() {
            ended = true;
            resume.run();
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            failure = cause;
            resume.run();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
