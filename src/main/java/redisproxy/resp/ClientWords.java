package redisproxy.resp;

import org.jspecify.annotations.Nullable;

/** Names that clients give to their connections and libraries, as far as the proxy keeps them. Redis bounds no length. */
final class ClientWords {
    /** They are kept as long as the connection, and shown in lists; those of real clients have some dozens of characters. */
    static final int MAX_LENGTH = 1024;

    private ClientWords() {}

    /** Returns why this cannot be the name of a connection, as an error; null if it can. */
    static @Nullable String refusalOfName(String name) {
        return refusal("Client names", name);
    }

    /** Returns why this cannot be the value of an attribute such as {@code lib-name}, as an error; null if it can. */
    static @Nullable String refusal(String attribute, String value) {
        if (value.length() > MAX_LENGTH) {
            return "ERR %s cannot be longer than %d characters.".formatted(attribute, MAX_LENGTH);
        }
        return isPrintable(value)
                ? null
                : "ERR %s cannot contain spaces, newlines or special characters.".formatted(attribute);
    }

    /** Whether a name may stand in CLIENT LIST: printable ASCII characters without the space. */
    private static boolean isPrintable(String name) {
        return name.chars().allMatch(c -> c >= '!' && c <= '~');
    }
}
