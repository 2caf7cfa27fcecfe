package redisproxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which commands of Redis are passed on for all clients together, whoever they are: {@code read} for none, {@code all}, or rules as
 * those of users. Immutable and thread-safe. No decision allocates or blocks.
 */
public final class CommandPolicy {
    /** Nothing is passed on but reads that the cache asks for. */
    public static final CommandPolicy READ = new CommandPolicy("read", List.of());

    /** Everything is passed on but what has to be named. */
    public static final CommandPolicy ALL = new CommandPolicy("all", List.of(CommandRule.ALL));

    private final String text;
    private final boolean isRead;
    private final CommandRules rules;

    /** The names, without categories, that are allowed. */
    private final CommandRule[] named;

    private CommandPolicy(String text, List<CommandRule> given) {
        this.text = text;
        this.isRead = text.equals("read");
        this.rules = new CommandRules(given);
        this.named = given.stream()
                .filter(rule -> rule.allows() && !rule.isCategory())
                .toArray(CommandRule[]::new);
    }

    /**
     * Reads {@code read}, {@code all}, or rules separated by blanks, which begin with no command.
     *
     * @param known the names that rules may contain
     * @param always the names of what the proxy answers by itself, which no rule can forbid
     * @throws AclException if a rule is not accepted
     */
    public static CommandPolicy parse(String text, KnownCommands known, Set<String> always) throws AclException {
        String trimmed = text.strip();
        switch (trimmed.toLowerCase(Locale.ROOT)) {
            case "read" -> {
                return READ;
            }
            case "all" -> {
                return ALL;
            }
            default -> {}
        }
        List<CommandRule> rules = new ArrayList<>();
        for (String word : trimmed.split("\\s+", -1)) {
            CommandRule rule = rule(word, known);
            if (!rule.allows() && !rule.isCategory() && always.contains(rule.name())) {
                throw new AclException(
                        "'%s' is not accepted: the proxy answers that by itself, and passes it on to nobody (expected: the rules of a user in ACL_FILE)"
                                .formatted(word));
            }
            if (rule.isAboutAll()) {
                rules.clear();
            }
            rules.add(rule);
        }
        return new CommandPolicy(trimmed, rules);
    }

    private static CommandRule rule(String word, KnownCommands known) throws AclException {
        switch (word.toLowerCase(Locale.ROOT)) {
            case "allcommands" -> {
                return CommandRule.ALL;
            }
            case "nocommands" -> {
                return CommandRule.NONE;
            }
            default -> {}
        }
        if (word.isEmpty() || (word.charAt(0) != '+' && word.charAt(0) != '-')) {
            throw new AclException("'%s' is not accepted (expected: read, all, or rules such as +@read +@write -keys)"
                    .formatted(CommandRule.shown(word)));
        }
        return CommandRule.parse(word, known);
    }

    /** Returns whether nothing is passed on. */
    public boolean isRead() {
        return isRead;
    }

    /** Returns whether the rules allow a command. */
    public boolean allows(NamedCommand command) {
        return rules.allows(command);
    }

    /** Returns whether they allow it by its name, or that of its container, and not by a category alone. */
    public boolean allowsByName(NamedCommand command) {
        if (!rules.allows(command)) {
            return false;
        }
        for (CommandRule rule : named) {
            if (rule.matches(command)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CommandPolicy policy && text.equals(policy.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Returns the text that it was read from. */
    @Override
    public String toString() {
        return text;
    }
}
