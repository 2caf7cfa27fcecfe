package redisproxy.http;

/** The request target names no key; the message says why, in one line for the client. */
final class BadTargetException extends Exception {
    private static final long serialVersionUID = 1;

    BadTargetException(String message) {
        super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    }
}
