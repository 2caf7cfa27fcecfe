package redisproxy.resp;

import java.util.List;
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

    /**
     * Makes the reply to a command, whose count by {@code passes} it ends.
     *
     * @param writes what the command writes
     */
    PassedReply(Reply reply, Passes passes, boolean isHeard, int heldBytes, List<PendingWrite> writes) {
        this.reply = reply;
        this.passes = passes;
        this.isHeard = isHeard;
        this.heldBytes = heldBytes;
        this.writes = writes;
    }

    @Override
    public void replied(RawReply raw) {
        writes.forEach(PendingWrite::end);
        passes.note(heldBytes + raw.size());
        passes.end(isHeard, heldBytes);
        reply.parts(ReplyParts.of(raw));
    }

    @Override
    public void failed(String error, boolean isInDoubt) {
        if (isInDoubt) {
            writes.forEach(PendingWrite::endInDoubt);
        } else {
            writes.forEach(PendingWrite::end);
        }
        passes.end(isHeard, heldBytes);
        reply.encoded(ReplyBuilder.error(error));
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
