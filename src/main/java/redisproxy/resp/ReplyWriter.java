package redisproxy.resp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.util.Callback;
import redisproxy.cache.Entry;
import redisproxy.net.ClientMemory;
import redisproxy.net.ExpectedBytes;
import redisproxy.net.OrderedQueue;
import redisproxy.net.ReadableSource;
import redisproxy.net.SpareBuffer;

/**
 * The replies of one connection on their way out, in the order of the requests: encoded in the output buffer, or queued because
 * one before them waits for a load or because they are too large. Belongs to the thread that works for the connection; only the
 * end of a write may come on another thread.
 */
final class ReplyWriter {
    /** The rest of a deeper pipeline is executed when its first replies have been written. */
    private static final int MAX_QUEUED_REPLIES = 512;

    /** What is queued is held in memory, so beyond this nothing more is executed. */
    private static final int MAX_QUEUED_BYTES = 1024 * 1024;

    /** A client that takes a large value as fast as it is written must not keep the others waiting for all of it. */
    private static final int MAX_PIECES = 2;

    /** What is held of a request that waits, beside its bytes: the reply, the load, and their places in queues. */
    private static final int WAIT_OVERHEAD = 512;

    /** Room for {@code $<length>\r\n} and the end of the line. */
    private static final int BULK_OVERHEAD = 16;

    private final ReadableSource source;
    private final Runnable wake;
    private final Runnable resume;
    private final Runnable giveWay;
    private final ClientMemory memory;
    private final OutputBuffer output;
    private final WriteCallback writeCallback = new WriteCallback();

    private boolean writing;
    private long writingSince;
    private volatile boolean writeEnded;

    private final OrderedQueue<Reply> queue = new OrderedQueue<>();

    /** Made once, since it is asked often. */
    private final BooleanSupplier noReplyIsReady;

    private final Unasked unasked;

    /** A part of the reply at the head has been written. */
    private boolean isInReply;

    /** What a reply that has to be loaded counts for. */
    private final ExpectedBytes expected = new ExpectedBytes();

    /**
     * Makes a writer.
     *
     * @param unasked what is written between the replies
     * @param buffers memory for encoded replies
     * @param memory counts the requests whose replies wait
     * @param wake called when a write has ended
     * @param resume called when a load has completed a queued reply
     * @param giveWay called when other connections should be served first; {@link #moveReady} is called again after that
     */
    ReplyWriter(
            ReadableSource source,
            Unasked unasked,
            SpareBuffer buffers,
            ClientMemory memory,
            Runnable wake,
            Runnable resume,
            Runnable giveWay) {
        this.source = source;
        this.unasked = unasked;
        this.wake = wake;
        this.resume = resume;
        this.giveWay = giveWay;
        this.memory = memory;
        this.noReplyIsReady = this::hasNoneReady;
        this.output = new OutputBuffer(buffers);
    }

    /** Returns whether so much is queued that no further request may be executed. */
    boolean isFull() {
        return !queue.isEmpty()
                && (queue.size() >= MAX_QUEUED_REPLIES || queue.bytes() >= MAX_QUEUED_BYTES || memory.isShort());
    }

    /** How many more replies may be queued. */
    int room() {
        return MAX_QUEUED_REPLIES - queue.size();
    }

    /** Returns the figures of a connection with this input. Any thread may call this, and may see those of a moment ago. */
    ConnectionBuffers measure(InputBuffer input) {
        return new ConnectionBuffers(
                Math.max(0, input.end() - input.start()),
                input.room(),
                output.size(),
                output.capacity(),
                queue.size(),
                queue.bytes(),
                writing && !writeEnded);
    }

    /** Returns whether replies are queued. */
    boolean hasQueued() {
        return !queue.isEmpty() || unasked.isBegun();
    }

    /** Takes a cached value. */
    void put(Entry entry) throws IOException {
        if (hasRoom(entry.valueLength() + BULK_OVERHEAD)) {
            output.putBulk(entry);
        } else {
            // A value is the same in RESP2 and RESP3.
            enqueue(/* resp3= */ false, entry.valueLength()).value(entry);
        }
    }

    /** Takes an encoded reply. */
    void put(ReplyParts encoded) throws IOException {
        int size = (int) Math.min(Integer.MAX_VALUE, encoded.size());
        if (hasRoom(size)) {
            output.put(encoded);
        } else {
            enqueue(/* resp3= */ false, size).parts(encoded);
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

    /**
     * Takes a reply that is completed later.
     *
     * @param requestBytes what is held of its request until then
     */
    Reply putPending(boolean resp3, int requestBytes) {
        int held = requestBytes + WAIT_OVERHEAD;
        memory.beginWait(held);
        // Counted until the load ends, which goes on when the client has left.
        Reply reply = new Reply(resume, resp3, memory, held);
        add(reply, expected.bytes() + held);
        return reply;
    }

    /** Moves the replies that are ready to the output; returns false if that goes on later. */
    boolean moveReady() throws IOException {
        if (!canWrite()) {
            return false;
        }
        int pieces = 0;
        while (true) {
            boolean isWhole;
            if (!isInReply && unasked.isNext(noReplyIsReady)) {
                isWhole = unasked.writeTo(output.buffer());
                tellBehind();
            } else {
                Reply next = queue.ready();
                if (next == null) {
                    return true;
                }
                isWhole = next.writeTo(output.buffer());
                isInReply = !isWhole;
                if (isWhole) {
                    expected.note(next.size());
                    queue.remove();
                    noteReplied();
                }
            }
            // What is not whole has filled the output.
            if (!isWhole) {
                if (++pieces > MAX_PIECES) {
                    giveWay.run();
                    return false;
                } else if (!flush()) {
                    return false;
                }
            }
        }
    }

    private boolean hasNoneReady() {
        return queue.ready() == null;
    }

    /* --------------- Clients that are told of writes --------------- */

    /** Begins the replies to commands that have been executed by now: what the client was told before goes first. */
    void beginReplies() throws IOException {
        if (isInReply || !canWrite()) {
            return;
        }
        while (unasked.isPushNext()) {
            if (!unasked.writeTo(output.buffer()) && !flush()) {
                return;
            }
        }
    }

    /** All commands that have been executed by now have their replies, or a place for them. */
    void endReplies() throws IOException {
        tellBehind();
        noteReplied();
    }

    private void tellBehind() throws IOException {
        Pushes pushes = unasked.pushes();
        if (pushes == null) {
            return;
        }
        for (byte[] push : pushes.takeBehind()) {
            if (hasRoom(push.length)) {
                output.put(push);
            } else {
                Reply reply = new Reply(resume, /* resp3= */ true);
                queue.add(reply, push.length);
                reply.encoded(push);
            }
        }
    }

    private void noteReplied() {
        Pushes pushes = unasked.pushes();
        if (pushes != null && queue.isEmpty()) {
            pushes.allReplied();
        }
    }

    /* --------------- Output --------------- */

    /** Writes what the output holds; returns false if the client does not take all at once, and then the end wakes the connection. */
    boolean flush() throws IOException {
        if (writing) {
            return false;
        }
        if (output.isEmpty()) {
            return true;
        }
        ByteBuffer rest = output.toWrite();
        if (source.flushOne(rest)) {
            output.clear();
            return true;
        }
        writing = true;
        writingSince = System.nanoTime();
        writeEnded = false;
        source.write(writeCallback, rest);
        return canWrite();
    }

    /** Gives the output's memory back, when all is written. */
    void release() {
        output.release();
    }

    /** Returns for how long the client has not taken what is being written, or 0. */
    long waitingNanos(long now) {
        return writing && !writeEnded ? now - writingSince : 0;
    }

    /** Forgets everything after the connection has been closed. */
    void abandon() {
        queue.clear();
        unasked.clear();
        // A write that is under way reads the memory. Closing ends the write, and then this is called again.
        if (!writing || writeEnded) {
            output.release();
        }
    }

    /** Returns whether a reply of that size can go straight into the output, which is written first if need be. */
    private boolean hasRoom(int bytes) throws IOException {
        return queue.isEmpty()
                && !unasked.isBegun()
                && bytes <= OutputBuffer.BYTES
                && (bytes <= output.room() || flush());
    }

    private Reply enqueue(boolean resp3, int bytes) {
        Reply reply = new Reply(resume, resp3);
        add(reply, bytes);
        return reply;
    }

    private void add(Reply reply, int bytes) {
        queue.add(reply, bytes);
        Pushes pushes = unasked.pushes();
        if (pushes != null) {
            pushes.replyAdded();
        }
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
            source.close(cause);
            succeeded();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
