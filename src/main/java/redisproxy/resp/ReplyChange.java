package redisproxy.resp;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.upstream.RawReply;

/**
 * What a reply of Redis becomes before the client gets it. It is made in the {@link Background}, since it may take long, and who
 * reads replies serves others too. Thread-safe; never blocks.
 */
final class ReplyChange {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyChange.class);

    private final Background background;
    private final By by;

    /** Makes another reply of one, once. */
    @FunctionalInterface
    interface By {
        /** Returns the other reply, or the same; calls {@code step} between parts of long work. */
        RawReply changed(RawReply reply, Runnable step);
    }

    ReplyChange(Background background, By by) {
        this.background = background;
        this.by = by;
    }

    /** Has the other reply, or an error, given on a thread of the pool, or an error at once. */
    void make(RawReply reply, Consumer<ReplyParts> give) {
        BackgroundQueue.Task task = new BackgroundQueue.Task() {
            @Override
            public void run(Rests rests) {
                give.accept(changed(reply, rests::step));
            }

            @Override
            public void refuse() {
                give.accept(ReplyParts.of(ReplyBuilder.error("ERR the proxy is shutting down")));
            }
        };
        byte[] refusal = background.offer("command", task);
        if (refusal != null) {
            give.accept(ReplyParts.of(refusal));
        }
    }

    private ReplyParts changed(RawReply reply, Runnable step) {
        try {
            return ReplyParts.of(by.changed(reply, step));
        } catch (RuntimeException | Error e) {
            LOG.error("A reply of Redis could not be changed", e);
            return ReplyParts.of(ReplyBuilder.error("ERR changing the reply of Redis failed: " + e));
        }
    }
}
