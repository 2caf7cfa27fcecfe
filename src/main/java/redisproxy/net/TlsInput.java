package redisproxy.net;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts what one client sends. Holds memory of its own only for a record that has not arrived as a whole, or has not been taken
 * as a whole. Belongs to the thread that has the connection; only {@link #isIncompleteFor} may be called by any thread. Never blocks.
 */
final class TlsInput {
    /** As many as OpenSSL accepts in a row: a client that sends more wants nothing but work done. */
    private static final int MOST_RECORDS_WITHOUT_DATA = 32;

    private final SSLEngine engine;
    private final ClientSocket socket;
    private final SpareBuffer buffers;

    /** What has been read and not decrypted. */
    private @Nullable ByteBuffer encrypted;
    /** What has been decrypted and not taken. */
    private @Nullable ByteBuffer decrypted;
    /** There is more to take, without reading the socket. */
    private boolean hasMore;
    /** The last read of the socket filled all the room that there was. */
    private boolean isFull;

    /** The last read has brought a record. */
    private boolean hasAdvanced;

    private boolean ended;
    private int recordsWithoutData;

    /** {@link System#nanoTime()} since when a record has been incomplete; 0 if none is. */
    private volatile long incompleteSince;

    /**
     * Makes the input of a client.
     *
     * @param read what has been read of the client before
     */
    TlsInput(SSLEngine engine, ClientSocket socket, SpareBuffer buffers, ByteBuffer read) {
        this.engine = engine;
        this.socket = socket;
        this.buffers = buffers;
        this.encrypted = read;
    }

    /** Returns whether {@link #read} brings something, or the end, without reading the socket. */
    boolean hasMore() {
        return hasMore || ended;
    }

    /** Returns whether the client seems to send faster than it is read. */
    boolean isBusy() {
        return hasMore || isFull;
    }

    /** Returns whether a record has been incomplete for so long. */
    boolean isIncompleteFor(long now, long nanos) {
        long since = incompleteSince;
        return since != 0 && now - since >= nanos;
    }

    /**
     * Has the engine take one record of a handshake. Returns false if it has not arrived.
     *
     * @throws SSLException if the client breaks TLS
     * @throws EofException if the input has ended
     */
    boolean readHandshake() throws SSLException, EofException {
        ByteBuffer in =
                encrypted == null ? ByteBuffer.allocate(TlsRecord.MOST_BYTES).limit(0) : encrypted;
        if (!TlsRecord.isWhole(in)) {
            in = withRoom(in);
            encrypted = in;
            if (readSocket(in) < 0) {
                throw new EofException("the client has closed the connection in the handshake");
            }
            if (!TlsRecord.isWhole(in)) {
                return false;
            }
        }
        SSLEngineResult result = unwrap(in, BufferUtil.EMPTY_BUFFER);
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new SSLException("the client has ended the handshake by an alert");
        }
        // Data may follow the last message of the handshake.
        hasAdvanced = true;
        keep(in, in);
        return true;
    }

    private static ByteBuffer withRoom(ByteBuffer in) {
        if (in.capacity() >= TlsRecord.room(in) && !in.isReadOnly()) {
            return in.compact().flip();
        }
        return ByteBuffer.allocate(TlsRecord.MOST_BYTES).put(in).flip();
    }

    /**
     * Reads the socket at most once, and decrypts as much as there is room for. Returns how many bytes, or -1 at the end.
     *
     * @throws SSLException if the client breaks TLS
     */
    int read(ByteBuffer target) throws SSLException {
        isFull = false;
        hasAdvanced = false;
        if (decrypted != null) {
            return takeDecrypted(decrypted, target);
        }
        if (ended) {
            return -1;
        }
        if (encrypted != null) {
            ByteBuffer in = encrypted;
            try {
                return decrypt(in, target);
            } finally {
                keep(in, in);
            }
        }
        RetainableByteBuffer pooled = buffers.acquire();
        try {
            ByteBuffer in = pooled.getByteBuffer().clear().limit(0);
            try {
                return decrypt(in, target);
            } finally {
                keep(in, null);
            }
        } finally {
            buffers.release(pooled);
        }
    }

    private int decrypt(ByteBuffer in, ByteBuffer target) throws SSLException {
        int start = target.position();
        boolean mayRead = true;
        while (target.hasRemaining()) {
            if (!TlsRecord.isWhole(in)) {
                if (!mayRead || target.position() > start) {
                    break;
                }
                mayRead = false;
                if (readSocket(in) < 0) {
                    return -1;
                }
                if (!TlsRecord.isWhole(in)) {
                    break;
                }
            }
            // Until TLS 1.2, the engine sends nothing more once it has seen the client's last alert.
            if (target.position() > start && TlsRecord.isAlert(in)) {
                break;
            }
            SSLEngineResult result = unwrap(in, target);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                ended = true;
                break;
            } else if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                if (target.position() == start) {
                    decryptBeside(in);
                    return takeDecrypted(decrypted, target);
                }
                break;
            }
            hasAdvanced = true;
            check(result);
        }
        int count = target.position() - start;
        return count == 0 && ended ? -1 : count;
    }

    /** A record that is longer than the room for it. */
    private void decryptBeside(ByteBuffer in) throws SSLException {
        ByteBuffer beside = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        check(unwrap(in, beside));
        hasAdvanced = true;
        decrypted = beside.flip();
    }

    private int takeDecrypted(@Nullable ByteBuffer from, ByteBuffer target) {
        if (from == null) {
            return 0;
        }
        int count = Math.min(from.remaining(), target.remaining());
        target.put(target.position(), from, from.position(), count);
        target.position(target.position() + count);
        from.position(from.position() + count);
        if (!from.hasRemaining()) {
            decrypted = null;
        }
        hasMore = decrypted != null || (encrypted != null && TlsRecord.isWhole(encrypted));
        return count;
    }

    private SSLEngineResult unwrap(ByteBuffer in, ByteBuffer target) throws SSLException {
        if (TlsRecord.isTooLong(in)) {
            throw new SSLException("a record is longer than %d bytes".formatted(TlsRecord.MOST_BYTES));
        }
        return engine.unwrap(in, target);
    }

    private void check(SSLEngineResult result) throws SSLException {
        switch (result.getHandshakeStatus()) {
            // TLS 1.3 changes keys without either.
            case NEED_TASK, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> throw new SSLException("renegotiation is not accepted");
            // What the engine wants to send goes out before the next reply.
            case NEED_WRAP, FINISHED, NOT_HANDSHAKING -> {}
        }
        recordsWithoutData = result.bytesProduced() > 0 ? 0 : recordsWithoutData + 1;
        if (recordsWithoutData > MOST_RECORDS_WITHOUT_DATA) {
            throw new SSLException("more than %d records without data".formatted(MOST_RECORDS_WITHOUT_DATA));
        }
    }

    /** Reads behind what is there, in a buffer that is to be read. */
    private int readSocket(ByteBuffer in) {
        in.compact();
        // More would have to be copied if it is not taken at once.
        in.limit(Math.min(in.capacity(), TlsRecord.MOST_BYTES));
        int count = socket.read(in);
        isFull = !in.hasRemaining();
        in.flip();
        return count;
    }

    /** Keeps what is left in {@code in}, which is {@code own} or somebody else's. */
    private void keep(ByteBuffer in, @Nullable ByteBuffer own) {
        hasMore = decrypted != null || TlsRecord.isWhole(in);
        if (!in.hasRemaining()) {
            encrypted = null;
        } else if (own == null || own.capacity() < TlsRecord.room(in)) {
            encrypted = ByteBuffer.allocate(TlsRecord.room(in)).put(in).flip();
        }
        boolean isIncomplete = encrypted != null && !hasMore;
        // Mostly none is, and a volatile write costs more than a read.
        if (isIncomplete ? hasAdvanced || incompleteSince == 0 : incompleteSince != 0) {
            incompleteSince = isIncomplete ? System.nanoTime() | 1 : 0;
        }
    }
}
