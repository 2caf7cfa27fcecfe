package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The settings that say who may use the proxy, as {@link SettingsCatalog} declares the others. */
final class UsersCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<String> REQUIREPASS = declare(named("REQUIREPASS", new ValueType.Verbatim("TEXT"))
            .whenUnset("no password")
            .help("password of the default user on all ports; ps shows it if it is a flag")
            .secret()
            .changeable()
            .build());

    static final Setting<String> REQUIREPASS_FILE = declare(named("REQUIREPASS_FILE", new ValueType.Verbatim("FILE"))
            .whenUnset("the value of REQUIREPASS")
            .help("file that holds that password, instead of REQUIREPASS")
            .changeable()
            .build());

    static final Setting<String> ACL_FILE = declare(named("ACL_FILE", new ValueType.Verbatim("FILE"))
            .whenUnset("no users but the default one")
            .help("file of users and their rules, a user a line, as Redis writes them")
            .changeable()
            .build());

    static final Setting<String> BEARER_FILE = declare(named("BEARER_FILE", new ValueType.Verbatim("FILE"))
            .whenUnset("no tokens")
            .help("file of tokens for HTTP, one a line: the name of a user, a blank, and >token or #sha256")
            .changeable()
            .build());

    static final Setting<Boolean> INSECURE = declare(named("INSECURE", new ValueType.TrueOrFalse())
            .defaultText("false")
            .help("whether other machines may have commands of COMMANDS passed on without a password")
            .changeable()
            .build());

    /** Those that name files which a reload reads. */
    static final List<Setting<String>> FILES = List.of(REQUIREPASS_FILE, ACL_FILE, BEARER_FILE);

    private UsersCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }
}
