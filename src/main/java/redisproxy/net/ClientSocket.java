package redisproxy.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The bytes of one client as they are on the network, counted as the port's {@link Traffic}: with TLS, these are encrypted.
 * Reading belongs to one thread at a time, and so does writing. Never blocks.
 */
final class ClientSocket implements PacedReads.Bytes {
    private final RoundEndPoint endPoint;
    private final SocketChannel channel;
    private final Traffic traffic;
    private final WriteMeter writeMeter = new WriteMeter(System.nanoTime());

    ClientSocket(RoundEndPoint endPoint, Traffic traffic) {
        this.endPoint = endPoint;
        this.channel = endPoint.getChannel();
        this.traffic = traffic;
    }

    /** Reads once between position and limit; returns how many bytes, or -1 at the end of the input or if the socket has failed. */
    @Override
    public int read(ByteBuffer buffer) {
        if (endPoint.isInputShutdown()) {
            return -1;
        }
        int count;
        try {
            count = channel.read(buffer);
        } catch (IOException e) {
            count = -1;
        }
        if (count < 0) {
            endPoint.endInput();
        } else if (count > 0) {
            traffic.receive(count);
            noteUse();
        }
        return count;
    }

    /** Writes once; returns whether all is written. */
    boolean write(ByteBuffer buffer) throws EofException {
        try {
            noteWritten(channel.write(buffer));
        } catch (IOException e) {
            throw new EofException(e);
        }
        return !buffer.hasRemaining();
    }

    /** Writes several buffers once; returns whether all is written. A write of one buffer costs less. */
    boolean write(ByteBuffer[] buffers) throws EofException {
        try {
            noteWritten(channel.write(buffers));
        } catch (IOException e) {
            throw new EofException(e);
        }
        return BufferUtil.remaining(buffers) == 0;
    }

    /** Returns whether the client takes what is being written too slowly; {@code isWriting} says whether a write waits for it. */
    boolean isTakenTooSlowly(boolean isWriting, long now, long nanos) {
        return writeMeter.isTakenTooSlowly(isWriting, now, nanos);
    }

    private void noteWritten(long bytes) {
        if (bytes > 0) {
            noteUse();
            traffic.send(bytes);
            // Without an idle timeout, nothing else asks for what has been written.
            if (endPoint.getIdleTimeout() > 0) {
                writeMeter.noteWritten(bytes);
            }
        }
    }

    private void noteUse() {
        if (endPoint.getIdleTimeout() > 0) {
            endPoint.notIdle();
        }
    }
}
