package redisproxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The commands that a user may run: of the rules that match a command, the last one counts. Immutable; {@link #allows} does not allocate. */
final class CommandRules {
    static final CommandRules ALL = new CommandRules(List.of(CommandRule.ALL));
    static final CommandRules NONE = new CommandRules(List.of());

    private final CommandRule[] rules;
    private final boolean allowsAll;

    /** Makes the rules, which apply one after the other; what none of them allows is forbidden. */
    CommandRules(List<CommandRule> given) {
        List<CommandRule> effective = new ArrayList<>();
        for (CommandRule rule : given) {
            effective.removeIf(before -> before.isReplacedBy(rule));
            effective.add(rule);
        }
        this.rules = effective.toArray(CommandRule[]::new);
        this.allowsAll =
                rules.length > 0 && rules[0].isAboutAll() && effective.stream().allMatch(CommandRule::allows);
    }

    boolean allows(NamedCommand command) {
        if (allowsAll) {
            return true;
        }
        for (int i = rules.length - 1; i >= 0; i--) {
            if (rules[i].matches(command)) {
                return rules[i].allows();
            }
        }
        return false;
    }

    /** Returns the rules as Redis writes them, separated by blanks: what holds for all commands comes first. */
    @Override
    public String toString() {
        boolean saysAll = rules.length > 0 && rules[0].isAboutAll();
        String shown = List.of(rules).stream().map(CommandRule::toString).collect(Collectors.joining(" "));
        return saysAll ? shown : ("-@all " + shown).stripTrailing();
    }
}
