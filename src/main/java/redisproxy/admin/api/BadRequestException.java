package redisproxy.admin.api;

/** A request is not accepted. Its message tells the client why. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1;

    BadRequestException(String message) {
        super(message);
    }
}
