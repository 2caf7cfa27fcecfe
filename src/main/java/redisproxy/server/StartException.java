package redisproxy.server;

/** The proxy cannot start on this machine, although each setting is accepted. The message is one line. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
