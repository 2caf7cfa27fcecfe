package redisproxy.resp;

/**
 * The patterns of Redis, with the meaning that its {@code stringmatchlen} gives them (util.c of Redis 7): {@code *} any
 * characters, {@code ?} one, {@code [a-c]} one of these, {@code [^a-c]} one of all others, {@code \} takes the next character
 * literally. One character stands for one byte. Takes time in proportion to the length of the pattern times that of the text,
 * whatever the pattern.
 */
final class Glob {
    private static final int NO_MATCH = -1;

    private final String pattern;
    private final boolean ignoresCase;

    /**
     * Makes a pattern.
     *
     * @param ignoresCase whether ASCII letters match those of the other case, as in the patterns of CONFIG GET
     */
    Glob(String pattern, boolean ignoresCase) {
        this.pattern = pattern;
        this.ignoresCase = ignoresCase;
    }

    /** Returns whether the whole text matches. As in Redis, an empty text matches the empty pattern alone. */
    boolean matches(String text) {
        if (text.isEmpty()) {
            return pattern.isEmpty();
        }
        int p = 0;
        int t = 0;
        int afterStar = NO_MATCH;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                afterStar = ++p;
                resume = t;
                continue;
            }
            int next = p < pattern.length() ? after(p, text.charAt(t)) : NO_MATCH;
            if (next != NO_MATCH) {
                p = next;
                t++;
            } else if (afterStar != NO_MATCH) {
                p = afterStar;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Returns where the pattern goes on if what stands at {@code p} matches the character. */
    private int after(int p, char c) {
        return switch (pattern.charAt(p)) {
            case '?' -> p + 1;
            case '[' -> afterSet(p + 1, c);
            // At the end of the pattern it stands for itself.
            case '\\' -> afterLiteral(Math.min(p + 1, pattern.length() - 1), c);
            default -> afterLiteral(p, c);
        };
    }

    private int afterLiteral(int p, char c) {
        return fold(pattern.charAt(p)) == fold(c) ? p + 1 : NO_MATCH;
    }

    /** As {@link #after}, for a set whose first character is at {@code start}. A set without an end ends with the pattern. */
    private int afterSet(int start, char c) {
        int end = pattern.length();
        boolean isNegated = start < end && pattern.charAt(start) == '^';
        boolean isIn = false;
        int p = isNegated ? start + 1 : start;
        while (p < end && pattern.charAt(p) != ']') {
            char each = pattern.charAt(p);
            if (each == '\\' && p + 1 < end) {
                p++;
                // Redis minds the case of these.
                isIn |= pattern.charAt(p) == c;
            } else if (p + 2 < end && pattern.charAt(p + 1) == '-') {
                isIn |= isInRange(each, pattern.charAt(p + 2), c);
                p += 2;
            } else {
                isIn |= fold(each) == fold(c);
            }
            p++;
        }
        return isIn == isNegated ? NO_MATCH : Math.min(p + 1, end);
    }

    /** Redis puts the ends in order first, then folds their case, and compares bytes as signed numbers. */
    private boolean isInRange(char one, char other, char c) {
        boolean isOrdered = (byte) one <= (byte) other;
        byte from = (byte) fold(isOrdered ? one : other);
        byte to = (byte) fold(isOrdered ? other : one);
        byte character = (byte) fold(c);
        return from <= character && character <= to;
    }

    private char fold(char c) {
        return ignoresCase && c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
    }
}
