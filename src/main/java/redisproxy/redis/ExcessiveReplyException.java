package redisproxy.redis;

import org.jspecify.annotations.Nullable;

/** A reply has been read over because it does not fit into the heap. The connection brings the next one. */
final class ExcessiveReplyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes an exception for a reply of so many bytes. */
    ExcessiveReplyException(long bytes, @Nullable Throwable cause) {
        super("a reply of %d bytes does not fit into the memory of the proxy".formatted(bytes), cause);
    }
}
