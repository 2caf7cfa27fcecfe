package redisproxy.resp;

/**
 * Recognises an HTTP request that was sent to the RESP port, as Redis does ({@code securityWarningCommand}): a browser
 * that was lured into posting commands must not have them executed.
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
