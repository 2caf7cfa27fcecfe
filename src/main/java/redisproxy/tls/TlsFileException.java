package redisproxy.tls;

/** A file for TLS is of no use; the message names the setting and the file, and says why and what is expected. */
public final class TlsFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TlsFileException(String message) {
        super(message);
    }
}
