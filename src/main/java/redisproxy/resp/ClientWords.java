package redisproxy.resp;

/** Names that clients give to their connections and libraries, as far as Redis accepts them. */
final class ClientWords {
    static final String BAD_NAME = "ERR Client names cannot contain spaces, newlines or special characters.";

    private ClientWords() {}

    /** Whether a name may stand in CLIENT LIST: printable ASCII characters without the space. */
    static boolean isPrintable(String name) {
        return name.chars().allMatch(c -> c >= '!' && c <= '~');
    }
}
