package redisproxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What somebody may do: the one place that decides about commands and keys, for all ports. Immutable and thread-safe. No decision
 * allocates or blocks.
 */
public final class Principal {
    /** Somebody who has not logged in, and may do nothing else. */
    public static final Principal NOBODY =
            new Principal("", CommandRules.NONE, KeyRules.NONE, false, false, ChannelRules.NONE);

    /** The name of the user that clients are who give none. */
    public static final String DEFAULT_NAME = "default";

    private static final NamedCommand GET = new Get();

    /** What changes the proxy or what is cached; without any password it is left to those on the same machine. */
    private static final List<String> CHANGES = List.of(
            "cache|flush",
            "cache|invalidate",
            "client|kill",
            "config|set",
            "config|resetstat",
            "hotkeys|start",
            "hotkeys|stop",
            "hotkeys|reset",
            "slowlog|reset",
            "latency|reset",
            "acl|log");

    private final String name;
    private final CommandRules commands;
    private final KeyRules keys;
    private final boolean isKnown;
    private final boolean gets;
    private final boolean getsAll;
    private final boolean isGuest;
    private final ChannelRules channels;

    /** GET as its specification has it, for the reads that go through no table of commands. */
    private static final class Get implements NamedCommand {
        private static final Set<String> CATEGORIES = Set.of("read", "string", "fast");

        @Override
        public String name() {
            return "get";
        }

        @Override
        public boolean isIn(String category) {
            return CATEGORIES.contains(category);
        }
    }

    Principal(String name, CommandRules commands, KeyRules keys) {
        this(name, commands, keys, ChannelRules.ALL);
    }

    Principal(String name, CommandRules commands, KeyRules keys, ChannelRules channels) {
        this(name, commands, keys, true, false, channels);
    }

    private Principal(
            String name,
            CommandRules commands,
            KeyRules keys,
            boolean isKnown,
            boolean isGuest,
            ChannelRules channels) {
        this.name = name;
        this.commands = commands;
        this.keys = keys;
        this.isKnown = isKnown;
        this.isGuest = isGuest;
        this.channels = channels;
        this.gets = commands.allows(GET);
        this.getsAll = gets && keys.hasAll();
    }

    /** Returns who may do everything, as everybody on the same machine may without any password. */
    static Principal all() {
        return new Principal(DEFAULT_NAME, CommandRules.ALL, KeyRules.ALL);
    }

    /** Returns who may do everything but {@link #CHANGES}, as everybody else may without any password. */
    static Principal allButChanges() {
        List<CommandRule> rules = new ArrayList<>(List.of(CommandRule.ALL));
        CHANGES.forEach(each -> rules.add(new CommandRule(false, false, each)));
        return new Principal(DEFAULT_NAME, new CommandRules(rules), KeyRules.ALL, true, true, ChannelRules.ALL);
    }

    /** Returns the name of the user; empty for {@link #NOBODY}. */
    public String name() {
        return name;
    }

    /** Returns whether it is a user, be it the default one without a password. */
    public boolean isKnown() {
        return isKnown;
    }

    /** Returns whether it is anybody on another machine, where nobody needs a password. */
    public boolean isGuest() {
        return isGuest;
    }

    /** Returns whether the user may run a command, whatever the keys. */
    public boolean mayRun(NamedCommand command) {
        return commands.allows(command);
    }

    /** Returns whether the user may do everything with all keys. */
    public boolean hasAllKeys() {
        return keys.hasAll();
    }

    /** Returns whether the user may publish to all channels, and subscribe to them. */
    public boolean hasAllChannels() {
        return channels.hasAll();
    }

    /** Returns whether the user may publish to a channel, and subscribe to it. */
    public boolean mayUseChannel(byte[] channel) {
        return channels.allow(channel);
    }

    /** Returns whether the user may subscribe to the channels that a pattern, in ISO 8859-1, matches. */
    public boolean mayUseChannels(String pattern) {
        return channels.allowPattern(pattern);
    }

    /** Returns whether the user may use all channels that {@code before} may use, as far as the rules tell. */
    public boolean keepsChannelsOf(Principal before) {
        return channels.allowAllOf(before.channels);
    }

    /** Returns whether the user may do this with the key whose {@code length} bytes begin at {@code offset}. */
    public boolean may(KeyAccess access, byte[] array, int offset, int length) {
        return keys.allows(access, array, offset, length);
    }

    /** As above, for a key that is a whole array. */
    public boolean may(KeyAccess access, byte[] key) {
        return keys.allows(access, key, 0, key.length);
    }

    /**
     * Returns whether the user may GET the key whose {@code length} bytes begin at {@code offset}, on any port: the decision about
     * the command and about the key in one. For users who may GET all keys it is one read of a field.
     */
    public boolean mayGet(byte[] array, int offset, int length) {
        return getsAll || (gets && keys.allows(KeyAccess.READ, array, offset, length));
    }

    /** Returns whether the user may GET all keys. */
    public boolean mayGetAll() {
        return getsAll;
    }

    /** Returns whether the user may GET any key at all. */
    public boolean mayGetSome() {
        return gets;
    }

    /** Returns the rules about commands as Redis writes them. */
    public String commandRules() {
        return commands.toString();
    }

    /** Returns the rules about keys as Redis writes them; empty if no key is allowed. */
    public String keyRules() {
        return keys.toString();
    }

    @Override
    public String toString() {
        return isKnown ? name : "nobody";
    }
}
