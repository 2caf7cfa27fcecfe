package redisproxy.redis;

/** The server is there and does not offer tracking. */
final class TrackingRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TrackingRefusedException(String message) {
        super(message);
    }
}
