package redisproxy.redis;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;

/**
 * Asks a server for its part in replication, and in which availability zone it is, in the pipeline of the requests for keys. So it
 * measures how long these take.
 */
final class HealthRequest implements Request {
    /** The section of INFO that tells of replication. */
    static final String SECTION = "replication";

    private static final String ZONE = "availability_zone";

    private final boolean asksZone;
    private final Listener listener;
    private final long startedNanos = System.nanoTime();
    private long sentNanos;

    /** Is told the result, by the thread that has read it. */
    interface Listener {
        /**
         * The server has answered.
         *
         * @param roundTripNanos how long that took
         * @param zone its availability zone, or null if that was not asked for or is not told
         */
        void told(Replication replication, long roundTripNanos, @Nullable String zone);

        /** The server has not answered, or by an error. */
        void failed(String why);
    }

    /** Makes a request; {@code asksZone} costs the server some more work. */
    HealthRequest(boolean asksZone, Listener listener) {
        this.asksZone = asksZone;
        this.listener = listener;
    }

    @Override
    public long waitedNanos() {
        return System.nanoTime() - startedNanos;
    }

    @Override
    public void send(Link to, Term term) {
        to.sendCommand(Protocol.Command.INFO, SECTION);
        if (asksZone) {
            to.sendCommand(Protocol.Command.INFO, "server");
        }
    }

    @Override
    public void sent() {
        sentNanos = System.nanoTime();
    }

    @Override
    public void receive(Link from) {
        Object replication = from.reply();
        long roundTripNanos = System.nanoTime() - sentNanos;
        Object server = asksZone ? from.reply() : null;
        if (replication instanceof RespReader.ErrorReply error) {
            listener.failed("it refuses INFO (%s): permit it by '+info'".formatted(Failures.oneLine(error)));
        } else if (replication instanceof byte[] info) {
            tell(text(info), roundTripNanos, zone(server));
        } else {
            throw new MalformedReplyException("a reply to INFO that is no text");
        }
    }

    private void tell(String info, long roundTripNanos, @Nullable String zone) {
        Replication told;
        try {
            told = Replication.of(info);
        } catch (MalformedReplyException e) {
            // It has been read as a whole: what follows is for others.
            listener.failed("it has sent " + e.getMessage());
            return;
        }
        listener.told(told, roundTripNanos, zone);
    }

    private static @Nullable String zone(@Nullable Object server) {
        if (!(server instanceof byte[] info)) {
            return null;
        }
        String zone = InfoFields.of(text(info)).getOrDefault(ZONE, "");
        return zone.isEmpty() ? null : zone;
    }

    private static String text(byte[] info) {
        return new String(info, StandardCharsets.UTF_8);
    }

    @Override
    public void fail(BackingStoreException cause) {
        listener.failed(String.valueOf(cause.getMessage()));
    }

    @Override
    public void flush() {}

    @Override
    public Object recipient() {
        return this;
    }
}
