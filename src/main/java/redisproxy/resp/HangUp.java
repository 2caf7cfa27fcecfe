package redisproxy.resp;

import java.util.concurrent.TimeUnit;
import redisproxy.net.LingeringClose;
import redisproxy.net.RoundEndPoint;

/**
 * The ways in which the proxy ends a connection. Each but {@link #atOnce} reads and drops for a while what the client
 * still sends, so that the last replies reach it. For the thread that lets a connection in or works for it; no method
 * blocks.
 */
final class HangUp {
    private static final byte[] NOTHING = {};

    private final RoundEndPoint endPoint;
    private final RespPort port;
    private final Runnable wake;
    private byte[] lastWords = NOTHING;
    private volatile boolean delayed;

    /**
     * Makes the end of a connection.
     *
     * @param wake called by the scheduler's thread when a {@linkplain #delay delay} is over
     */
    HangUp(RoundEndPoint endPoint, RespPort port, Runnable wake) {
        this.endPoint = endPoint;
        this.port = port;
        this.wake = wake;
    }

    /**
     * Delays the end of a connection whose client broke the protocol: a client that does so over and over must not take
     * the processor's time from others.
     *
     * @param words what {@link #withLastWords} writes
     */
    void delay(byte[] words) {
        lastWords = words;
        delayed = true;
        endPoint.getScheduler().schedule(this::endDelay, LingeringClose.TARPIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void endDelay() {
        delayed = false;
        wake.run();
    }

    boolean isDelayed() {
        return delayed;
    }

    /** Writes the last words, if there are any, then closes. */
    void withLastWords() {
        linger(lastWords, LingeringClose.LINGER_MILLIS);
    }

    /** Closes a connection that has been drained: its client may have sent more than has been read. */
    void afterDrain() {
        linger(NOTHING, port.registry().drainMillis());
    }

    /** Writes why the connection was not let in, then closes. */
    void refuse(byte[] words) {
        linger(words, LingeringClose.lingerMillis(port.excess().getAsInt()));
    }

    void atOnce() {
        endPoint.close();
    }

    private void linger(byte[] words, long millis) {
        endPoint.upgrade(new LingeringClose(endPoint, port.executor(), words, millis));
    }
}
