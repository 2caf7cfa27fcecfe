package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/**
 * Why a load brought no value: either the backing store answered with an error, or it gave no answer. The message is
 * one line that is fit for clients. Carries no stack trace: it describes a peer's state, and thousands may wait for it.
 */
public final class BackingStoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean errorReply;

    private BackingStoreException(String message, boolean errorReply, @Nullable Throwable cause) {
        super(message, cause, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.errorReply = errorReply;
    }

    /** The store could not be asked, or did not answer in time. */
    public static BackingStoreException unavailable(String message, @Nullable Throwable cause) {
        return new BackingStoreException(message, /* errorReply= */ false, cause);
    }

    /** The store answered this key with an error, whose text {@code reply} is, for example {@code WRONGTYPE …}. */
    public static BackingStoreException errorReply(String reply) {
        return new BackingStoreException(reply, /* errorReply= */ true, null);
    }

    /** Returns whether the message is the store's own error reply, code included. */
    public boolean isErrorReply() {
        return errorReply;
    }

    /** Returns whether the store said that the key holds another type than a string. */
    public boolean isWrongType() {
        return errorReply && getMessage().startsWith("WRONGTYPE");
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
