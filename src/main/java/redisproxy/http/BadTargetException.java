package redisproxy.http;

/** A request target names no key. The message tells the client why, in one line. */
public final class BadTargetException extends Exception {
    private static final long serialVersionUID = 1;

    BadTargetException(String message) {
        super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    }
}
