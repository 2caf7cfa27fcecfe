package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RespClient;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.Pinning;
import redisproxy.upstream.RawReply;

/** One client's pinned connection, and what has come on it. */
final class Pin implements PinListener {
    /** What stands in the queue behind the last reply. */
    private static final String END = "end: ";

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final @Nullable PinnedConnection connection;

    private Pin(Pinning pins, byte @Nullable [] key, boolean resp3, int database) {
        connection = pins.pin(key, resp3, database, this);
    }

    /** Returns null if it is refused. */
    static @Nullable Pin tryOpen(Pinning pins) {
        Pin pin = new Pin(pins, null, /* resp3= */ false, 0);
        return pin.connection == null ? null : pin;
    }

    static Pin open(Pinning pins) {
        return open(pins, null, /* resp3= */ false, 0);
    }

    static Pin open(Pinning pins, @Nullable String key, boolean resp3, int database) {
        Pin pin = new Pin(pins, key == null ? null : Bytes.utf8(key).toArray(), resp3, database);
        assertThat(pin.connection).as("a pinned connection").isNotNull();
        return pin;
    }

    PinnedConnection connection() {
        return connection;
    }

    void send(String... words) {
        connection.send(RespClient.encode(words).toArray());
    }

    /** Returns the next reply as it was framed, or {@code "end: "} and the error. */
    String next() throws InterruptedException {
        String next = received.poll(Address.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("a reply").isNotNull();
        return next;
    }

    String call(String... words) throws InterruptedException {
        send(words);
        return next();
    }

    /** Returns how many replies have come and have not been taken. */
    int waiting() {
        return received.size();
    }

    @Override
    public void received(RawReply reply) {
        received.add(reply.text());
    }

    @Override
    public void flush() {}

    @Override
    public void ended(String error) {
        received.add(END + error);
    }
}
