package redisproxy.resp;

import java.util.regex.Pattern;

/** Reads whole numbers as strictly as Redis (util.c, {@code string2ll}): no plus sign, no leading zero, no space. */
final class WholeNumber {
    private static final Pattern FORM = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private WholeNumber() {}

    /** Whether the text has the form of a number; it may still exceed 64 bits. */
    static boolean hasForm(String text) {
        return FORM.matcher(text).matches();
    }

    /**
     * Reads a number of 64 bits.
     *
     * @throws NumberFormatException if the text is no such number
     */
    static long parse(String text) {
        if (!hasForm(text)) {
            throw new NumberFormatException(text);
        }
        return Long.parseLong(text);
    }

    /** Reads a number of 64 bits, or returns {@code otherwise}. */
    static long parse(String text, long otherwise) {
        try {
            return parse(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
