package redisproxy.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what one client is sent: as much as fits into each record, and several records into each write. Takes memory only while the
 * client has not taken what has been encrypted. Thread-safe; never blocks, but for another thread that encrypts or writes once.
 */
final class TlsOutput {
    private final SSLEngine engine;
    private final ClientSocket socket;
    private final SpareBuffer buffers;
    private final ReentrantLock lock = new ReentrantLock();

    /** Encrypted bytes that the socket has not taken. */
    @GuardedBy("lock")
    private @Nullable RetainableByteBuffer rest;

    @GuardedBy("lock")
    private @Nullable ByteBuffer restBytes;

    /** Saves an array per write. */
    @GuardedBy("lock")
    private final ByteBuffer[] single = {BufferUtil.EMPTY_BUFFER};

    TlsOutput(SSLEngine engine, ClientSocket socket, SpareBuffer buffers) {
        this.engine = engine;
        this.socket = socket;
        this.buffers = buffers;
    }

    /**
     * Encrypts and writes as much as the socket takes, and what the engine wants to send. Returns whether nothing is left of either.
     *
     * @throws IOException if the socket or TLS has failed, or the output has been ended
     */
    boolean flush(ByteBuffer[] plain) throws IOException {
        lock.lock();
        try {
            return flushRest() && flushAll(plain);
        } finally {
            lock.unlock();
        }
    }

    /** Does the same with one buffer, or with none left of it. */
    boolean flushOne(ByteBuffer plain) throws IOException {
        lock.lock();
        try {
            single[0] = plain;
            boolean isDone = flushRest() && flushAll(single);
            single[0] = BufferUtil.EMPTY_BUFFER;
            return isDone;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells the client that nothing follows. What has been given to {@link #flush} and not been written is lost, but for what is encrypted. Returns
     * whether the client has been told; otherwise {@link #flush} goes on when the socket takes more.
     */
    boolean end() throws IOException {
        lock.lock();
        try {
            single[0] = BufferUtil.EMPTY_BUFFER;
            engine.closeOutbound();
            return flushRest() && flushAll(single);
        } finally {
            lock.unlock();
        }
    }

    /** Gives memory back when the socket has been closed. */
    void release() {
        lock.lock();
        try {
            releaseRest();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean flushRest() throws EofException {
        if (restBytes == null) {
            return true;
        }
        if (!socket.write(restBytes)) {
            return false;
        }
        releaseRest();
        return true;
    }

    @GuardedBy("lock")
    private void releaseRest() {
        restBytes = null;
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    @GuardedBy("lock")
    private boolean flushAll(ByteBuffer[] plain) throws IOException {
        boolean isDone = BufferUtil.remaining(plain) == 0 && engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP;
        while (!isDone) {
            RetainableByteBuffer pooled = buffers.acquire();
            boolean isKept = false;
            try {
                ByteBuffer encrypted = pooled.getByteBuffer().clear();
                isDone = encrypt(plain, encrypted);
                if (!socket.write(encrypted.flip())) {
                    rest = pooled;
                    restBytes = encrypted;
                    isKept = true;
                    return false;
                }
            } finally {
                if (!isKept) {
                    buffers.release(pooled);
                }
            }
        }
        return true;
    }

    /** Encrypts as much as there is room for; returns whether that is all. */
    private boolean encrypt(ByteBuffer[] plain, ByteBuffer encrypted) throws SSLException, EofException {
        while (true) {
            SSLEngineResult result = engine.wrap(plain, encrypted);
            if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
                return false;
            }
            boolean wantsMore = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                if (BufferUtil.remaining(plain) > 0) {
                    throw new EofException("the connection has been ended");
                }
                return true;
            }
            if (!wantsMore && BufferUtil.remaining(plain) == 0) {
                return true;
            }
            if (result.bytesProduced() == 0 && result.bytesConsumed() == 0) {
                // The engine waits for a message of the handshake.
                return true;
            }
        }
    }
}
