package redisproxy.auth;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One pattern of keys and what it allows: {@code ~app:*}, {@code %R~shared:*}. Immutable; no method allocates but {@link #toString}. */
final class KeyRule {
    /** A longer key matches no pattern but one that is a prefix: the time to match would grow too long. */
    private static final int MAX_MATCHED_BYTES = 4 * 1024;

    private final String pattern;
    private final boolean reads;
    private final boolean writes;
    private final Glob glob;

    /** The bytes before a star that ends the pattern, if nothing else in it has a meaning of its own; else empty. */
    private final byte[] prefix;

    private final boolean isPrefix;

    /** Makes the rule; {@code pattern} is in ISO 8859-1. */
    KeyRule(String pattern, boolean reads, boolean writes) {
        this.pattern = pattern;
        this.reads = reads;
        this.writes = writes;
        this.glob = new Glob(pattern, /* ignoresCase= */ false);
        String start = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : "";
        this.isPrefix = !start.isEmpty() && start.chars().noneMatch(c -> "*?[\\".indexOf(c) >= 0);
        this.prefix = isPrefix ? start.getBytes(StandardCharsets.ISO_8859_1) : new byte[0];
    }

    boolean hasPattern(String other) {
        return pattern.equals(other);
    }

    /** Returns the rule that allows what this one and another one of the same pattern allow. */
    KeyRule or(KeyRule other) {
        return new KeyRule(pattern, reads || other.reads, writes || other.writes);
    }

    /** Returns whether it allows everything with every key. */
    boolean isAll() {
        return pattern.equals("*") && reads && writes;
    }

    boolean allows(KeyAccess access, byte[] array, int offset, int length) {
        boolean grants = switch (access) {
            case METADATA -> true;
            case READ -> reads;
            case WRITE -> writes;
        };
        return grants && matches(array, offset, length);
    }

    private boolean matches(byte[] array, int offset, int length) {
        if (isPrefix) {
            return length >= prefix.length
                    && Arrays.equals(prefix, 0, prefix.length, array, offset, offset + prefix.length);
        }
        return length <= MAX_MATCHED_BYTES && glob.matches(array, offset, length);
    }

    /** Returns the rule as Redis writes it. */
    @Override
    public String toString() {
        if (reads && writes) {
            return "~" + pattern;
        }
        return (reads ? "%R~" : "%W~") + pattern;
    }
}
