package redisproxy.auth;

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
