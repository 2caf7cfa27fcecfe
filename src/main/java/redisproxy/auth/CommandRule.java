package redisproxy.auth;

import java.util.Locale;

/**
 * One rule about commands: {@code +get}, {@code -client|kill}, {@code +@read}, {@code -@all}.
 *
 * @param allows whether it allows what it matches, or forbids it
 * @param isCategory whether it names a category
 * @param name of a command, a subcommand or a category, in lower case
 */
record CommandRule(boolean allows, boolean isCategory, String name) {
    static final CommandRule ALL = new CommandRule(true, true, "all");
    static final CommandRule NONE = new CommandRule(false, true, "all");

    private static final int MAX_SHOWN = 64;

    /**
     * Reads a rule that begins with a plus or a minus sign.
     *
     * @throws AclException if it names neither a category nor a known command
     */
    static CommandRule parse(String rule, KnownCommands known) throws AclException {
        String given = rule.substring(1).toLowerCase(Locale.ROOT);
        boolean isCategory = given.startsWith("@");
        String target = isCategory ? given.substring(1) : given;
        boolean isKnown =
                isCategory ? target.equals("all") || KnownCommands.CATEGORIES.contains(target) : known.contains(target);
        if (!isKnown) {
            String expected = isCategory
                    ? "a category that ACL CAT lists, or @all"
                    : "a command or subcommand of Redis or of this proxy, such as +get or +client|id";
            throw new AclException("'%s' is not accepted (expected: %s)".formatted(shown(rule), expected));
        }
        return new CommandRule(rule.charAt(0) == '+', isCategory, target);
    }

    /** Returns as much of a rule as errors show. */
    static String shown(String rule) {
        return rule.length() <= MAX_SHOWN ? rule : rule.substring(0, MAX_SHOWN) + "...";
    }

    /** Returns whether it matches every command. */
    boolean isAboutAll() {
        return isCategory && name.equals("all");
    }

    /** Returns whether it says something of this command. The rule of a container is one of its subcommands too. */
    boolean matches(NamedCommand command) {
        if (isCategory) {
            return isAboutAll() || command.isIn(name);
        }
        String other = command.name();
        return other.startsWith(name) && (other.length() == name.length() || other.charAt(name.length()) == '|');
    }

    /** Returns whether a later rule {@code after} leaves nothing of this one: it names the same, or the container. */
    boolean isReplacedBy(CommandRule after) {
        boolean isPart = !isCategory && !after.isCategory && name.startsWith(after.name + "|");
        return after.isAboutAll() || (isCategory == after.isCategory && (name.equals(after.name) || isPart));
    }

    /** Returns the rule as Redis writes it. */
    @Override
    public String toString() {
        return (allows ? "+" : "-") + (isCategory ? "@" : "") + name;
    }
}
