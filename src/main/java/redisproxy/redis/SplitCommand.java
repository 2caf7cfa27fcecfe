package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.RawReply;

/**
 * A command whose parts go to several servers. It ends when all parts have ended: by the error of the first part that has one, or by what
 * the replies are together. Thread-safe.
 */
final class SplitCommand {
    private static final String PARTLY = "; it may have been executed on other nodes of the Cluster";

    private final PassedCommand whole;
    private final Join join;
    private final AtomicReferenceArray<Object> ends;
    private final AtomicInteger left;

    /** Whether it is so of any part. */
    private volatile boolean isInDoubt;

    /** Makes a command of so many parts. */
    SplitCommand(PassedCommand whole, int parts, Join join) {
        this.whole = whole;
        this.join = join;
        this.ends = new AtomicReferenceArray<>(parts);
        this.left = new AtomicInteger(parts);
    }

    /** Returns a request for one part, which goes to the server that holds a slot. */
    PassRequest part(int index, byte[] request, int slot) {
        PassedCommand part = new PassedCommand(
                request,
                whole.key(),
                whole.lane(),
                whole.isBulk(),
                whole.isResp3(),
                whole.isRepeatable(),
                System.nanoTime() - whole.waitedNanos(),
                new Part(index));
        return new PassRequest(part, slot);
    }

    /** A part has ended by a {@link RawReply} or, without one, by a text. */
    private void end(int index, Object reply) {
        ends.set(index, reply);
        if (left.decrementAndGet() == 0) {
            end();
        }
    }

    private void end() {
        List<RawReply> replies = new ArrayList<>();
        boolean isWhole = true;
        Object error = null;
        for (int i = 0; i < ends.length(); i++) {
            Object each = ends.get(i);
            if (each instanceof RawReply reply && reply.type() != '-') {
                replies.add(reply);
            } else {
                error = error == null ? each : error;
                isWhole = false;
            }
        }
        if (isWhole) {
            whole.reply(joined(replies));
        } else if (error instanceof RawReply refused) {
            whole.reply(refused);
        } else {
            fail(whole.isRepeatable() ? String.valueOf(error) : error + PARTLY);
        }
    }

    private void fail(String error) {
        if (isInDoubt) {
            whole.failInDoubt(error);
        } else {
            whole.fail(error);
        }
    }

    private RawReply joined(List<RawReply> replies) {
        try {
            return join.of(replies);
        } catch (OutOfMemoryError e) {
            return RawBuilder.reply(
                    "-ERR the replies of the nodes of the Cluster do not fit into the memory of the proxy together");
        }
    }

    private final class Part implements PassListener {
        private final int index;

        Part(int index) {
            this.index = index;
        }

        @Override
        public void replied(RawReply reply) {
            end(index, reply);
        }

        @Override
        public void failed(String error, boolean isPartInDoubt) {
            if (isPartInDoubt) {
                isInDoubt = true;
            }
            end(index, error);
        }

        @Override
        public void flush() {
            if (left.get() == 0) {
                whole.flush();
            }
        }

        @Override
        public Object recipient() {
            return whole.recipient();
        }
    }
}
