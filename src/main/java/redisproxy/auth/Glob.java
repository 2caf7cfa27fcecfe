package redisproxy.auth;

import java.nio.charset.StandardCharsets;

/**
 * The patterns of Redis, with the meaning that its {@code stringmatchlen} gives them (util.c of Redis 7): {@code *} any
 * characters, {@code ?} one, {@code [a-c]} one of these, {@code [^a-c]} one of all others, {@code \} takes the next character
 * literally. Patterns and texts are bytes. Takes time in proportion to the length of the pattern times that of the text, whatever
 * the pattern, and allocates nothing. Immutable and thread-safe.
 */
public final class Glob {
    private static final int NO_MATCH = -1;

    private final byte[] pattern;
    private final boolean ignoresCase;

    /**
     * Makes a pattern.
     *
     * @param pattern the pattern in ISO 8859-1, so that each character stands for one byte
     * @param ignoresCase whether ASCII letters match those of the other case, as in the patterns of CONFIG GET
     */
    public Glob(String pattern, boolean ignoresCase) {
        this(pattern.getBytes(StandardCharsets.ISO_8859_1), ignoresCase);
    }

    /** As above; the pattern is copied. */
    public Glob(byte[] pattern, boolean ignoresCase) {
        this.pattern = pattern.clone();
        this.ignoresCase = ignoresCase;
    }

    /** Returns whether the whole text, in ISO 8859-1, matches. */
    public boolean matches(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return matches(bytes, 0, bytes.length);
    }

    /**
     * Returns whether {@code length} bytes from {@code offset} on match as a whole. As in Redis, an empty text matches the empty
     * pattern alone.
     */
    public boolean matches(byte[] text, int offset, int length) {
        if (length == 0) {
            return pattern.length == 0;
        }
        int p = 0;
        int t = offset;
        int end = offset + length;
        int afterStar = NO_MATCH;
        int resume = 0;
        while (t < end) {
            if (p < pattern.length && pattern[p] == '*') {
                afterStar = ++p;
                resume = t;
                continue;
            }
            int next = p < pattern.length ? after(p, text[t]) : NO_MATCH;
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
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    /** Returns where the pattern goes on if what stands at {@code p} matches the character. */
    private int after(int p, byte c) {
        return switch (pattern[p]) {
            case '?' -> p + 1;
            case '[' -> afterSet(p + 1, c);
            // At the end of the pattern it stands for itself.
            case '\\' -> afterLiteral(Math.min(p + 1, pattern.length - 1), c);
            default -> afterLiteral(p, c);
        };
    }

    private int afterLiteral(int p, byte c) {
        return fold(pattern[p]) == fold(c) ? p + 1 : NO_MATCH;
    }

    /** As {@link #after}, for a set whose first character is at {@code start}. A set without an end ends with the pattern. */
    private int afterSet(int start, byte c) {
        int end = pattern.length;
        boolean isNegated = start < end && pattern[start] == '^';
        boolean isIn = false;
        int p = isNegated ? start + 1 : start;
        while (p < end && pattern[p] != ']') {
            byte each = pattern[p];
            if (each == '\\' && p + 1 < end) {
                p++;
                // Redis minds the case of these.
                isIn |= pattern[p] == c;
            } else if (p + 2 < end && pattern[p + 1] == '-') {
                isIn |= isInRange(each, pattern[p + 2], c);
                p += 2;
            } else {
                isIn |= fold(each) == fold(c);
            }
            p++;
        }
        return isIn == isNegated ? NO_MATCH : Math.min(p + 1, end);
    }

    /** Redis puts the ends in order first, then folds their case, and compares bytes as signed numbers. */
    private boolean isInRange(byte one, byte other, byte c) {
        boolean isOrdered = one <= other;
        byte from = fold(isOrdered ? one : other);
        byte to = fold(isOrdered ? other : one);
        byte character = fold(c);
        return from <= character && character <= to;
    }

    private byte fold(byte c) {
        return ignoresCase && c >= 'A' && c <= 'Z' ? (byte) (c - 'A' + 'a') : c;
    }
}
