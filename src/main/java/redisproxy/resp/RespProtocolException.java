package redisproxy.resp;

/**
 * The client broke the protocol: what follows on its connection cannot be understood. The message is the text that Redis
 * sends after {@code -ERR Protocol error: }.
 */
final class RespProtocolException extends Exception {
    private static final long serialVersionUID = 1;

    RespProtocolException(String message) {
        super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    }
}
