package redisproxy.resp;

/**
 * Recognises an HTTP request on the RESP port, as Redis does (networking.c, {@code securityWarningCommand}): a page may
 * make a browser post commands to the port, and they must not be executed.
 */
final class CrossProtocol {
    private CrossProtocol() {}

    static boolean isHttp(Arguments arguments) {
        int length = arguments.length(0);
        if (length != 4 && length != 5) {
            return false;
        }
        String word = arguments.text(0);
        return word.equalsIgnoreCase("post") || word.equalsIgnoreCase("host:");
    }
}
