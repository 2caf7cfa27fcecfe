package redisproxy.auth;

import java.util.List;
import java.util.stream.Collectors;

/** The keys that a user may touch: those that at least one rule allows. Immutable; {@link #allows} does not allocate. */
final class KeyRules {
    static final KeyRules ALL = new KeyRules(List.of(new KeyRule("*", true, true)));
    static final KeyRules NONE = new KeyRules(List.of());

    private final KeyRule[] rules;
    private final boolean hasAll;

    KeyRules(List<KeyRule> rules) {
        this.rules = rules.toArray(KeyRule[]::new);
        this.hasAll = rules.stream().anyMatch(KeyRule::isAll);
    }

    /** Returns whether everything is allowed with every key. */
    boolean hasAll() {
        return hasAll;
    }

    boolean allows(KeyAccess access, byte[] array, int offset, int length) {
        if (hasAll) {
            return true;
        }
        for (KeyRule rule : rules) {
            if (rule.allows(access, array, offset, length)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the rules as Redis writes them, separated by blanks. */
    @Override
    public String toString() {
        return hasAll ? "~*" : List.of(rules).stream().map(KeyRule::toString).collect(Collectors.joining(" "));
    }
}
