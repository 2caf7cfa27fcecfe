package redisproxy.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the body of a request as it arrives, so that no thread waits for the client, and within bounds of bytes, memory and time. What
 * the client declares is never allocated. The container calls it on one thread at a time, and others end it.
 */
final class RequestBody implements ReadListener {
    /** Why a body has not been read to its end. */
    enum Failure {
        /** It has more bytes than are allowed. */
        TOO_LARGE,
        /** All clients together hold too much. */
        OUT_OF_MEMORY,
        /** It has not arrived in time. */
        TOO_SLOW,
        /** The client has gone. */
        GONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(RequestBody.class);
    private static final int FIRST_BYTES = 4 * 1024;
    private static final int MAX_PIECE_BYTES = 1024 * 1024;

    /** The bytes are copied once more for Redis. */
    private static final int COPIES = 2;

    private final AsyncContext context;
    private final ServletInputStream in;
    private final int most;
    private final BodyMemory.Share share;
    private final BiConsumer<Content, BodyMemory.Share> whole;
    private final Consumer<Failure> failed;
    private final CompletableFuture<Void> deadline = new CompletableFuture<>();

    @GuardedBy("this")
    private final List<byte[]> pieces = new ArrayList<>();

    /** The last of the pieces, which is not full. */
    @GuardedBy("this")
    private byte[] piece = {};

    @GuardedBy("this")
    private int filled;

    @GuardedBy("this")
    private int length;

    @GuardedBy("this")
    private boolean ended;

    private RequestBody(
            AsyncContext context,
            ServletInputStream in,
            int most,
            BodyMemory memory,
            BiConsumer<Content, BodyMemory.Share> whole,
            Consumer<Failure> failed) {
        this.context = context;
        this.in = in;
        this.most = most;
        this.whole = whole;
        this.failed = failed;
        this.share = memory.share(() -> endLater(Failure.OUT_OF_MEMORY));
    }

    /**
     * Begins to read. One of {@code whole} and {@code failed} is called, once, on a thread of the container.
     *
     * @param most the most bytes
     * @param nanos how long the client may take
     * @param whole gets the body, and what counts its memory, to be ended with the request
     */
    static void read(
            AsyncContext context,
            int most,
            long nanos,
            BodyMemory memory,
            BiConsumer<Content, BodyMemory.Share> whole,
            Consumer<Failure> failed)
            throws IOException {
        ServletInputStream in = context.getRequest().getInputStream();
        RequestBody body = new RequestBody(context, in, most, memory, whole, failed);
        CompletableFuture<Void> unused = body.deadline
                .orTimeout(nanos, TimeUnit.NANOSECONDS)
                .whenComplete((nothing, timeout) -> {
                    if (timeout != null) {
                        body.endLater(Failure.TOO_SLOW);
                    }
                });
        in.setReadListener(body);
    }

    @Override
    public void onDataAvailable() throws IOException {
        Failure failure = readAvailable();
        if (failure != null) {
            end(failure);
        }
    }

    /** Nobody else answers the request meanwhile: the container may use the stream for another one after that. */
    private synchronized @Nullable Failure readAvailable() throws IOException {
        while (!ended && in.isReady() && !in.isFinished()) {
            if (filled == piece.length && !grow()) {
                return Failure.OUT_OF_MEMORY;
            }
            int count = in.read(piece, filled, piece.length - filled);
            if (count < 0) {
                break;
            }
            filled += count;
            length += count;
            if (length > most) {
                return Failure.TOO_LARGE;
            }
        }
        return null;
    }

    @GuardedBy("this")
    private boolean grow() {
        // One byte more than allowed tells that there are too many.
        int next = (int) Math.min(Math.max(FIRST_BYTES, length), Math.min(MAX_PIECE_BYTES, most + 1L - length));
        if (!share.hold(COPIES * ((long) length + next))) {
            return false;
        }
        piece = new byte[next];
        pieces.add(piece);
        filled = 0;
        return true;
    }

    @Override
    public void onAllDataRead() {
        Content content;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            content = new Content(pieces, length);
        }
        boolean unused = deadline.complete(null);
        share.complete();
        whole.accept(content, share);
    }

    @Override
    public void onError(Throwable cause) {
        LOG.debug("The body of a request has not arrived", cause);
        end(cause instanceof TimeoutException ? Failure.TOO_SLOW : Failure.GONE);
    }

    /** Others than the container must not wait for the thread that reads. */
    private void endLater(Failure failure) {
        try {
            context.start(() -> end(failure));
        } catch (RuntimeException e) {
            LOG.debug("A request had ended before its body was given up", e);
        }
    }

    private void end(Failure failure) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
        }
        boolean unused = deadline.complete(null);
        share.end();
        failed.accept(failure);
    }
}
