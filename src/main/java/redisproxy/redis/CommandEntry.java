package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import redisproxy.upstream.BackingCommand;
import redisproxy.upstream.CommandArguments;
import redisproxy.upstream.CommandKeys;

/**
 * One command of a {@link CommandTable}.
 *
 * @param tips what the server tells to proxies and clients (Redis documentation, "Command tips")
 * @param specs where its keys are
 */
record CommandEntry(
        String name,
        int arity,
        Set<String> flags,
        Set<String> categories,
        Set<String> tips,
        List<KeySpec> specs,
        boolean hasSubcommands)
        implements BackingCommand {
    @Override
    public CommandKeys keys(CommandArguments arguments) {
        CommandKeys special = SpecialKeys.of(name, arguments);
        if (special != null) {
            return special;
        }
        List<CommandKeys.Key> keys = new ArrayList<>();
        boolean isComplete = true;
        for (KeySpec spec : specs) {
            isComplete &= spec.find(arguments, keys);
        }
        return new CommandKeys(keys, isComplete);
    }
}
