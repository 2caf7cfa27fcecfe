package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.auth.AclException;
import redisproxy.auth.CommandPolicy;
import redisproxy.resp.ServedCommands;

/** The setting that says what is passed on to Redis, as {@link SettingsCatalog} declares the others. */
final class CommandsCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<String> COMMANDS = declare(named("COMMANDS", new ValueType.Verbatim("RULES"))
            .defaultText(CommandPolicy.READ.toString())
            .help("commands that are passed on to Redis: read (none), all, or rules such as \"+@read +@write -keys\"")
            .changeable()
            .build());

    private CommandsCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }

    /**
     * Reads the setting.
     *
     * @throws ConfigException if a rule is not accepted
     */
    static CommandPolicy read(Settings settings) {
        try {
            return CommandPolicy.parse(settings.value(COMMANDS), new ServedCommands(), ServedCommands.always());
        } catch (AclException e) {
            throw new ConfigException(settings.nameOf(COMMANDS) + ": " + e.getMessage());
        }
    }
}
