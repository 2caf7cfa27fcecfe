package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.PendingWrite;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.RawReply;

/** One request that goes over the client's own connection. The thread that has its reply, or the error instead, ends it. */
final class OwnRequest {
    /** Those of a command with one argument, and what is behind them. */
    private static final int MOST_LINES = 6;

    private final byte[] bytes;
    private final byte @Nullable [] key;
    private final String name;
    private final boolean needsOwn;
    private final long waitingNanos;
    private final Reply reply;
    private final List<PendingWrite> writes;
    private final boolean isHeard;

    /** What the client gets in the place of the reply of Redis; null for that. */
    private @Nullable ReplyParts instead;

    /** Says by the reply whether it may have written any key; null if it has not. Set before it is sent. */
    private UntoldCommands.@Nullable Settlement settlement;

    /**
     * Makes a request that has not been sent.
     *
     * @param bytes an array of bulk strings; taken over
     * @param key its first key, or null
     * @param needsOwn whether the client is to get a connection for it if it has none
     * @param waitingNanos for how long Redis may wait with the reply, or {@link PinnedConnection#ANY_TIME}
     * @param writes what it writes
     * @param isHeard whether the client gets the reply
     */
    OwnRequest(
            byte[] bytes,
            byte @Nullable [] key,
            String name,
            boolean needsOwn,
            long waitingNanos,
            Reply reply,
            List<PendingWrite> writes,
            boolean isHeard) {
        this.bytes = bytes;
        this.key = key;
        this.name = name;
        this.needsOwn = needsOwn;
        this.waitingNanos = waitingNanos;
        this.reply = reply;
        this.writes = writes;
        this.isHeard = isHeard;
    }

    /** Returns a request of which nobody gets the reply, and which writes nothing by itself. */
    static OwnRequest unheard(byte[] bytes, String name) {
        return new OwnRequest(
                bytes, null, name, true, 0, new Reply(() -> {}, /* resp3= */ false), List.of(), /* isHeard= */ false);
    }

    byte[] bytes() {
        return bytes;
    }

    byte @Nullable [] key() {
        return key;
    }

    String name() {
        return name;
    }

    /** Whether it is an EXEC without arguments; with any, Redis refuses it and discards the transaction. */
    boolean isExec() {
        return name.equals(OwnCommands.EXEC) && bytes[1] == '1' && bytes[2] == '\r';
    }

    boolean needsOwn() {
        return needsOwn;
    }

    /** Returns how many words it has. */
    int words() {
        int words = 0;
        for (int i = 1; bytes[i] != '\r'; i++) {
            words = 10 * words + bytes[i] - '0';
        }
        return words;
    }

    /** Whether the client gets the reply. */
    boolean isHeard() {
        return isHeard;
    }

    /** Whether Redis may wait with the reply. */
    boolean isLong() {
        return waitingNanos != 0;
    }

    /** Returns for how long, or {@link PinnedConnection#ANY_TIME}. */
    long waitingNanos() {
        return waitingNanos;
    }

    /** Returns the number of the database that a SELECT names; -1 if it is none. */
    int database() {
        String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n", MOST_LINES);
        try {
            return lines.length < MOST_LINES ? -1 : Integer.parseInt(lines[MOST_LINES - 2]);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    Reply reply() {
        return reply;
    }

    /** Has the reply say whether any key may have been written. */
    void settleBy(UntoldCommands.@Nullable Settlement one) {
        settlement = one;
    }

    /** Has the client get this in the place of the reply of Redis. */
    void replyInstead(byte[] encoded) {
        instead = ReplyParts.of(encoded);
    }

    /** Redis has replied, to one that subscribes by several messages; {@code before} has been sent to the client before. */
    void replied(List<RawReply> before, List<RawReply> replies) {
        ReplyParts other = instead;
        if (other != null) {
            reply.parts(other);
            return;
        }
        List<RawReply> all = new ArrayList<>(before);
        all.addAll(replies);
        if (settlement == null) {
            reply.parts(ReplyParts.of(all));
        } else {
            settlement.replied(replies.get(0), isLater -> give(ReplyParts.of(all), isLater));
        }
    }

    /** What it has written may be cached again. */
    void endWrites() {
        writes.forEach(PendingWrite::end);
    }

    /** It has not been sent. */
    void refuse(byte[] encodedError) {
        endWrites();
        reply.encoded(encodedError);
    }

    /** It has no reply, and may have been executed. */
    void fail(String error) {
        writes.forEach(PendingWrite::endInDoubt);
        ReplyParts parts = ReplyParts.of(ReplyBuilder.error(error));
        if (settlement == null) {
            reply.parts(parts);
        } else {
            settlement.isInDoubt(isLater -> give(parts, isLater));
        }
    }

    private void give(ReplyParts parts, boolean isLater) {
        reply.parts(parts);
        if (isLater) {
            reply.flush();
        }
    }
}
