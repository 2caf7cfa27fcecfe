package redisproxy.resp;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.PendingWrite;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.RawReply;

/**
 * The reply to a command that is passed on. What the command writes is cached again when the reply has come, and the client gets it
 * after that. Thread-safe.
 */
final class PassedReply implements PassListener {
    private final Reply reply;
    private final Passes passes;
    private final boolean isHeard;
    private final int heldBytes;
    private final List<PendingWrite> writes;
    private final UntoldCommands.@Nullable Settlement settlement;
    private final @Nullable ReplyChange change;
    private final Runnable ended;

    /**
     * Makes the reply to a command, whose count by {@code passes} it ends.
     *
     * @param writes what the command writes
     * @param change what the reply becomes before the client gets it; null if it stays as it is
     * @param settlement says by the reply whether it may have written others; null if it has not
     * @param ended is run when Redis has replied, or will not
     */
    PassedReply(
            Reply reply,
            Passes passes,
            boolean isHeard,
            int heldBytes,
            List<PendingWrite> writes,
            @Nullable ReplyChange change,
            UntoldCommands.@Nullable Settlement settlement,
            Runnable ended) {
        this.reply = reply;
        this.passes = passes;
        this.isHeard = isHeard;
        this.heldBytes = heldBytes;
        this.writes = writes;
        this.change = change;
        this.settlement = settlement;
        this.ended = ended;
    }

    @Override
    public void replied(RawReply raw) {
        ended.run();
        writes.forEach(PendingWrite::end);
        passes.note(heldBytes + raw.size());
        if (change != null) {
            change.make(raw, parts -> give(parts, /* isLater= */ true));
        } else if (settlement == null) {
            give(ReplyParts.of(raw), /* isLater= */ false);
        } else {
            settlement.replied(raw, isLater -> give(ReplyParts.of(raw), isLater));
        }
    }

    private void give(ReplyParts parts, boolean isLater) {
        passes.end(isHeard, heldBytes);
        reply.parts(parts);
        if (isLater) {
            reply.flush();
        }
    }

    @Override
    public void failed(String error, boolean isInDoubt) {
        ended.run();
        if (isInDoubt) {
            writes.forEach(PendingWrite::endInDoubt);
        } else {
            writes.forEach(PendingWrite::end);
        }
        ReplyParts parts = ReplyParts.of(ReplyBuilder.error(error));
        if (isInDoubt && settlement != null) {
            settlement.isInDoubt(isLater -> give(parts, isLater));
        } else {
            give(parts, /* isLater= */ false);
        }
    }

    @Override
    public void flush() {
        reply.flush();
    }

    @Override
    public Object recipient() {
        return reply.recipient();
    }
}
