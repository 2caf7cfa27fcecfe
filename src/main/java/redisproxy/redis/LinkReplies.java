package redisproxy.redis;

import org.jspecify.annotations.Nullable;

/** The replies that arrive over one link, read in the form that each request wants. Belongs to one thread, which it blocks. */
final class LinkReplies {
    private final LinkInput input;
    private final RespReader decoded;

    /** Null before the first raw reply. */
    private @Nullable RawReader raw;

    /** The forms of a reply. */
    enum Kind {
        /** As {@link RespReader#reply} returns it. */
        DECODED,
        /** As {@link RawReader#reply} returns it, byte for byte. */
        RAW,
        /** As {@link NestedReplies#read} returns it, whatever it contains. */
        NESTED
    }

    LinkReplies(LinkInput input) {
        this.input = input;
        this.decoded = new RespReader(input);
    }

    LinkInput input() {
        return input;
    }

    /** Waits for a reply; null if it is one that stands for nothing, or a raw one that is {@linkplain #excess excessive}. */
    @Nullable
    Object read(Kind kind) {
        return switch (kind) {
            case DECODED -> decoded.reply();
            case RAW -> raw().reply();
            case NESTED -> new NestedReplies(input).read();
        };
    }

    private RawReader raw() {
        RawReader present = raw == null ? new RawReader(input) : raw;
        raw = present;
        return present;
    }

    /** Returns what says that the raw reply that was read last does not fit into the heap. */
    ExcessiveReplyException excess() {
        RawReader last = raw();
        return new ExcessiveReplyException(last.size(), last.excess());
    }

    /** Returns whether anything arrives before the socket's timeout. */
    boolean hasBytesInTime() {
        return decoded.hasBytesInTime();
    }
}
