package redisproxy.server;

/** The proxy cannot start here, though its settings are well-formed. The message is one line. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
