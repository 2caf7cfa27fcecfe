package redisproxy.jetty;

import redisproxy.net.ClientMemory;
import redisproxy.net.ClientShare;
import redisproxy.net.ReadableSource;

/**
 * What one connection holds of the heads of requests, as its share of the memory of all clients. {@link #holdsRest}, {@link
 * #holdsWhole}, {@link #holdsIdle} and {@link #noteUse} belong to the thread that has the connection; all else is thread-safe.
 */
final class HeadMemory implements ClientShare.Holder {
    /** Jetty's parser has gathered the characters in buffers that grow by doubling, and keeps these for the next request. */
    private static final int PARSER_FACTOR = 2;

    /** Connections are counted; so much for each does not have to be. */
    private static final int FREE_BYTES = 8 * 1024;

    private final ReadableSource source;
    private final ClientShare share;

    private int longestHead;
    private boolean isCounted;

    /** The wait under way is for the rest of a head. */
    private boolean isInHead;

    /** {@link System#nanoTime()} since when the client has been waited for; 0 while a request is in process. */
    private volatile long waitingSince;

    HeadMemory(ReadableSource source, ClientMemory memory) {
        this.source = source;
        this.share = memory.share(this);
    }

    /**
     * Notes that the rest of a head is waited for. Returns false if there is no memory for it.
     *
     * @param parsedBytes how much of the head Jetty's parser has
     * @param otherBytes what is held beside that
     */
    boolean holdsRest(int parsedBytes, int otherBytes) {
        if (!isInHead) {
            isInHead = true;
            waitFromNow();
        }
        return holds(parsedBytes, otherBytes);
    }

    /** Notes that the next request is waited for; the parameter and the result are those of {@link #holdsRest}. */
    boolean holdsIdle(int otherBytes) {
        isInHead = false;
        waitFromNow();
        return holds(0, otherBytes);
    }

    /** Notes that requests are answered without Jetty. */
    void noteUse() {
        isInHead = false;
        if (isCounted) {
            waitFromNow();
        }
    }

    private void waitFromNow() {
        long now = System.nanoTime();
        waitingSince = now == 0 ? 1 : now;
    }

    private boolean holds(int parsedBytes, int otherBytes) {
        longestHead = Math.max(longestHead, parsedBytes);
        int bytes = PARSER_FACTOR * longestHead + otherBytes;
        boolean isMuch = bytes > FREE_BYTES;
        if (!isMuch && !isCounted) {
            return true;
        }
        isCounted = isMuch;
        return share.hold(isMuch ? bytes : 0);
    }

    /** Notes that Jetty has a whole head and the client is not waited for; parameters and result as of {@link #holdsRest}. */
    boolean holdsWhole(int parsedBytes, int otherBytes) {
        waitingSince = 0;
        return holds(parsedBytes, otherBytes);
    }

    /** Returns the most bytes that all clients together may hold. */
    long mostOfAll() {
        return share.mostOfAll();
    }

    @Override
    public long waitedNanos(long now) {
        long since = waitingSince;
        return since == 0 ? IN_PROCESS : now - since;
    }

    @Override
    public void closeForMemory() {
        source.close();
    }

    /** Ends the share with the connection. */
    void close() {
        share.close();
    }
}
