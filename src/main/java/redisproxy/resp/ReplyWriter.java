package redisproxy.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.net.ExpectedBytes;
import redisproxy.net.SpareBuffer;

/**
 * The replies of one connection on their way out, in the order of the requests: encoded in the output buffer, or queued
 * because one before them waits for a load or because they are too large. Belongs to the thread that works for the
 * connection; only the end of a write may come on another one.
 */
final class ReplyWriter {
    /** A pipeline deeper than this is read on when its first replies are out. */
    private static final int MAX_QUEUED_REPLIES = 512;

    /** What is queued is held in memory; past so many bytes of it nothing more is executed. */
    private static final int MAX_QUEUED_BYTES = 1024 * 1024;

    /** A client that takes a large value as fast as it is written may not keep the others waiting for all of it. */
    private static final int MAX_PIECES = 16;

    /** Room for {@code $<length>\r\n} and the end of the line. */
    private static final int BULK_OVERHEAD = 16;

    private final EndPoint endPoint;
    private final Runnable wake;
    private final Runnable resume;
    private final OutputBuffer output;
    private final WriteCallback writeCallback = new WriteCallback();

    private boolean writing;
    private long writingSince;
    private volatile boolean writeEnded;

    private @Nullable Reply first;
    private @Nullable Reply last;
    private int queuedReplies;
    private long queuedBytes;

    /** What a reply that has to be loaded counts for. */
    private final ExpectedBytes expected = new ExpectedBytes();

    /**
     * Makes a writer.
     *
     * @param wake called when a write has ended
     * @param resume called when a queued reply has come in, and when others had to be let pass
     */
    ReplyWriter(EndPoint endPoint, SpareBuffer memory, Runnable wake, Runnable resume) {
        this.endPoint = endPoint;
        this.wake = wake;
        this.resume = resume;
        this.output = new OutputBuffer(memory);
    }

    /** Whether so much is queued that no further request may be executed. */
    boolean isFull() {
        return queuedReplies >= MAX_QUEUED_REPLIES || queuedBytes >= MAX_QUEUED_BYTES;
    }

    /** How many more replies may be queued. */
    int room() {
        return MAX_QUEUED_REPLIES - queuedReplies;
    }

    boolean hasQueued() {
        return first != null;
    }

    /** Takes a cached value. */
    void put(Entry entry) throws IOException {
        if (hasRoom(entry.valueLength() + BULK_OVERHEAD)) {
            output.putBulk(entry);
        } else {
            // Which protocol version it is makes no difference to a value.
            enqueue(/* resp3= */ false, entry.valueLength()).value(entry);
        }
    }

    /** Takes an encoded reply. */
    void put(byte[] encoded) throws IOException {
        if (hasRoom(encoded.length)) {
            output.put(encoded);
        } else {
            enqueue(/* resp3= */ false, encoded.length).encoded(encoded);
        }
    }

    /** Takes a reply whose content comes later. */
    Reply putPending(boolean resp3) {
        return enqueue(resp3, expected.bytes());
    }

    /** Moves the replies whose turn it is to the output; returns false if that goes on later. */
    boolean moveReady() throws IOException {
        if (!canWrite()) {
            return false;
        }
        int pieces = 0;
        while (first != null && first.isReady()) {
            if (first.writeTo(output.buffer())) {
                queuedBytes -= first.bytes;
                expected.note(first.size());
                queuedReplies--;
                first = first.next;
                if (first == null) {
                    last = null;
                }
            } else if (++pieces > MAX_PIECES) {
                resume.run();
                return false;
            } else if (!flush()) {
                return false;
            }
        }
        return true;
    }

    /** Writes what the output holds; returns false if that takes longer, and then its end wakes the connection. */
    boolean flush() throws IOException {
        if (writing) {
            return false;
        }
        if (output.isEmpty()) {
            return true;
        }
        ByteBuffer rest = output.toWrite();
        if (endPoint.flush(rest)) {
            output.clear();
            return true;
        }
        writing = true;
        writingSince = System.nanoTime();
        writeEnded = false;
        endPoint.write(writeCallback, rest);
        return canWrite();
    }

    /** Gives the output's memory back; to be called when all is written. */
    void release() {
        output.release();
    }

    /** Returns for how long the client has not taken what is being written, or 0. */
    long waitingNanos(long now) {
        return writing && !writeEnded ? now - writingSince : 0;
    }

    /** Forgets everything, after the connection has been closed. */
    void abandon() {
        first = null;
        last = null;
        // Not while a write reads it: its end, which closing brings about, comes here again.
        if (!writing || writeEnded) {
            output.release();
        }
    }

    /** Whether a reply of that size can go straight into the output, which may have to be written for it. */
    private boolean hasRoom(int bytes) throws IOException {
        return first == null && bytes <= OutputBuffer.BYTES && (bytes <= output.room() || flush());
    }

    private Reply enqueue(boolean resp3, int bytes) {
        Reply reply = new Reply(resume, resp3, bytes);
        if (last == null) {
            first = reply;
        } else {
            last.next = reply;
        }
        last = reply;
        queuedReplies++;
        queuedBytes += bytes;
        return reply;
    }

    /** Notes the end of a write; returns false if one is still under way. */
    private boolean canWrite() {
        if (writing && writeEnded) {
            writing = false;
            output.clear();
        }
        return !writing;
    }

    private final class WriteCallback implements Callback {
        @Override
        public void succeeded() {
            writeEnded = true;
            wake.run();
        }

        @Override
        public void failed(Throwable cause) {
            endPoint.close(cause);
            succeeded();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
