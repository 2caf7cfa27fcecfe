package redisproxy.server;

import java.util.regex.Pattern;

/**
 * A value in a file of {@code KEY=VALUE} lines. Quotes around it are taken off, as compose, systemd and dotenv do; a comment may
 * follow it after a space. What these tools read in different ways is refused.
 */
final class EnvValue {
    private static final Pattern COMMENT = Pattern.compile("\\s#.*");
    private static final Pattern COMMENT_ALONE = Pattern.compile("\\s*|\\s+#.*");

    /** The file and the line, for messages. */
    private final String place;

    private final String key;

    private EnvValue(String place, String key) {
        this.place = place;
        this.key = key;
    }

    /**
     * Reads what follows the equals sign.
     *
     * @throws ConfigException if it is malformed, or has more than one meaning; the message does not show it
     */
    static String read(String place, String key, String text, boolean isSecret) {
        return new EnvValue(place, key).read(text, isSecret);
    }

    private String read(String text, boolean isSecret) {
        String stripped = text.strip();
        if (stripped.startsWith("'")) {
            return singleQuoted(stripped);
        }
        if (stripped.startsWith("\"")) {
            return doubleQuoted(stripped);
        }
        String value = COMMENT.matcher(text).replaceFirst("").strip();
        if (isSecret && !value.equals(stripped)) {
            throw refusal("' #' begins a comment or is part of the value", "the value in single quotes");
        }
        return value;
    }

    private String singleQuoted(String text) {
        int end = text.indexOf('\'', 1);
        if (end < 0) {
            throw refusal("the quote is not closed", "a closing quote on the same line");
        }
        return upToQuote(text, end, text.substring(1, end));
    }

    private String doubleQuoted(String text) {
        StringBuilder value = new StringBuilder();
        int i = 1;
        while (i < text.length()) {
            char character = text.charAt(i);
            if (character == '"') {
                return upToQuote(text, i, value.toString());
            }
            boolean isEscape = character == '\\' && i + 1 < text.length();
            value.append(isEscape ? escaped(text.charAt(i + 1)) : character);
            i += isEscape ? 2 : 1;
        }
        throw refusal("the quote is not closed", "a closing quote on the same line");
    }

    private char escaped(char character) {
        return switch (character) {
            case '"', '\\', '$', '`' -> character;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default ->
                throw refusal("a backslash in double quotes begins no known escape", "the value in single quotes");
        };
    }

    private String upToQuote(String text, int end, String value) {
        if (!COMMENT_ALONE.matcher(text.substring(end + 1)).matches()) {
            throw refusal("text follows the closing quote", "quotes around the whole value");
        }
        return value;
    }

    private ConfigException refusal(String what, String expected) {
        return new ConfigException("%s: %s: %s (expected: %s)".formatted(place, key, what, expected));
    }
}
