package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/**
 * Why a load brought no value: either the backing store answered with an error, or it gave no answer. The message is one line
 * that clients may see. There is no stack trace: the exception describes the state of a peer, and thousands of requests may
 * get the same one.
 */
public final class BackingStoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    private enum Kind {
        UNAVAILABLE,
        ERROR_REPLY,
        NOT_A_STRING
    }

    private BackingStoreException(String message, Kind kind, @Nullable Throwable cause) {
        super(message, cause, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.kind = kind;
    }

    /** The store could not be asked, or did not answer in time. */
    public static BackingStoreException unavailable(String message, @Nullable Throwable cause) {
        return new BackingStoreException(message, Kind.UNAVAILABLE, cause);
    }

    /** The store answered this key with an error; {@code reply} is its text, its code first. */
    public static BackingStoreException errorReply(String reply) {
        return new BackingStoreException(reply, Kind.ERROR_REPLY, null);
    }

    /** The key holds something that is not a byte string; {@code reply} is the text of the store's error, its code first. */
    public static BackingStoreException notAString(String reply) {
        return new BackingStoreException(reply, Kind.NOT_A_STRING, null);
    }

    /** Returns whether the message is the store's own error reply, code included. */
    public boolean isErrorReply() {
        return kind != Kind.UNAVAILABLE;
    }

    /** Returns whether the key holds something that is not a byte string, as the store knows for sure. */
    public boolean isNotAString() {
        return kind == Kind.NOT_A_STRING;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
