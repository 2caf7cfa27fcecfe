package redisproxy.auth;

/** A rule, a line or a file that is not accepted. The message says where, and what is expected; no secret is in it. */
public final class AclException extends Exception {
    private static final long serialVersionUID = 1;

    AclException(String message) {
        super(message);
    }
}
