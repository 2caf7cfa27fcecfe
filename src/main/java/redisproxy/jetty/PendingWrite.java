package redisproxy.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * A write that the client did not take at once: bytes that are copied, and then the rest of a body from the array that it lies
 * in. Begins with {@link #iterate}; belongs to the selector's thread, but for its callbacks.
 */
final class PendingWrite extends IteratingCallback {
    private static final int PIECE_BYTES = 64 * 1024;

    /** A client that takes a large value as fast as it is written must not keep the others waiting for all of it. */
    private static final int MAX_PIECES = 16;

    private static final byte[] NO_BODY = {};

    private final EndPoint endPoint;
    private final byte[] body;
    private final int bodyEnd;
    private final Runnable beforeLastPiece;
    private final Runnable resume;

    private ByteBuffer piece;
    private int position;
    private int pieces;
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;

    /**
     * Makes a write that ends with a body.
     *
     * @param unsent written first; copied, and the caller's again when this returns
     * @param position where in {@code body} the bytes begin that are written then
     * @param beforeLastPiece run before the last bytes of the body are written
     * @param resume run on any thread when the write has ended, and when {@link #iterate} should be called again
     */
    PendingWrite(
            EndPoint endPoint,
            ByteBuffer unsent,
            byte[] body,
            int position,
            int bodyEnd,
            Runnable beforeLastPiece,
            Runnable resume) {
        this.endPoint = endPoint;
        this.piece = ByteBuffer.allocate(unsent.remaining()).put(unsent).flip();
        this.body = body;
        this.position = position;
        this.bodyEnd = bodyEnd;
        this.beforeLastPiece = beforeLastPiece;
        this.resume = resume;
    }

    /** Makes a write of these bytes alone. */
    PendingWrite(EndPoint endPoint, ByteBuffer unsent, Runnable resume) {
        this(endPoint, unsent, NO_BODY, 0, 0, () -> {}, resume);
    }

    /**
     * Returns whether all is written.
     *
     * @throws IOException if the client is gone
     */
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
            int left = bodyEnd - position;
            if (left == 0) {
                return Action.SUCCEEDED;
            }
            if (++pieces % MAX_PIECES == 0) {
                resume.run();
                return Action.IDLE;
            }
            int count = Math.min(left, PIECE_BYTES);
            piece = ByteBuffer.wrap(body, position, count);
            position += count;
            if (count == left) {
                beforeLastPiece.run();
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
