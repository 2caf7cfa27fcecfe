package redisproxy.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Builds a user from the rules of Redis (redis.io, "ACL rules"), one after the other. A new user is off, has no password, and may
 * do nothing. Not thread-safe.
 */
final class UserRules {
    /** Each key of a request is compared with each pattern. */
    private static final int MAX_PATTERNS = 1000;

    private final String name;
    private final KnownCommands known;
    private final List<PasswordHash> passwords = new ArrayList<>();
    private final List<KeyRule> keys = new ArrayList<>();
    private final List<CommandRule> commands = new ArrayList<>();
    private final List<String> channels = new ArrayList<>();
    private boolean hasAllKeys;
    private boolean isOn;
    private boolean needsNoPassword;

    UserRules(String name, KnownCommands known) {
        this.name = name;
        this.known = known;
    }

    User build() {
        Principal principal =
                new Principal(name, new CommandRules(commands), new KeyRules(keys), new ChannelRules(channels));
        return new User(isOn, needsNoPassword, passwords, channels, principal);
    }

    /**
     * Applies a rule.
     *
     * @throws AclException if it is not accepted
     */
    void apply(String rule) throws AclException {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "on" -> isOn = true;
            case "off" -> isOn = false;
            case "nopass" -> {
                passwords.clear();
                needsNoPassword = true;
            }
            case "resetpass" -> {
                passwords.clear();
                needsNoPassword = false;
            }
            case "allkeys", "~*" -> allowAllKeys();
            case "resetkeys" -> resetKeys();
            case "allchannels" -> addChannels("&*");
            case "resetchannels" -> channels.clear();
            case "allcommands" -> addCommands(CommandRule.ALL);
            case "nocommands" -> addCommands(CommandRule.NONE);
            case "reset" -> reset();
            // Payloads of RESTORE, and further sets of rules of which there are none.
            case "sanitize-payload", "skip-sanitize-payload", "clearselectors" -> {}
            default -> applyWithSign(rule);
        }
    }

    private void reset() {
        isOn = false;
        needsNoPassword = false;
        passwords.clear();
        resetKeys();
        commands.clear();
        channels.clear();
    }

    private void resetKeys() {
        keys.clear();
        hasAllKeys = false;
    }

    private void applyWithSign(String rule) throws AclException {
        String rest = rule.isEmpty() ? "" : rule.substring(1);
        switch (rule.isEmpty() ? ' ' : rule.charAt(0)) {
            case '>' -> addPassword(PasswordHash.of(rest));
            case '#' -> addPassword(hash("#", rest));
            case '<' -> removePassword("<", PasswordHash.of(rest));
            case '!' -> removePassword("!", hash("!", rest));
            case '~' -> addKeys(rule, rest, true, true);
            case '%' -> addLimitedKeys(rule);
            case '&' -> addChannels(rule);
            case '+', '-' -> addCommands(CommandRule.parse(rule, known));
            case '(' ->
                throw refused(
                        rule, "no selectors: this proxy has one set of rules for each user; make two users instead");
            // It may be a password whose sign is missing, or a part of one.
            default ->
                throw refused(
                        "...",
                        "on, off, nopass, >password, #sha256, ~pattern, %R~pattern, allkeys, +command, -command, +@category"
                                + " or another rule of Redis");
        }
    }

    private void addPassword(PasswordHash added) {
        passwords.removeIf(each -> each.matches(added));
        passwords.add(added);
        needsNoPassword = false;
    }

    private void removePassword(String sign, PasswordHash removed) throws AclException {
        if (!passwords.removeIf(each -> each.matches(removed))) {
            throw refused(sign + "...", "a password that the user has");
        }
    }

    private static PasswordHash hash(String sign, String hex) throws AclException {
        PasswordHash hash = PasswordHash.fromHex(hex);
        if (hash == null) {
            throw refused(sign + "...", "the 64 hexadecimal digits, in lower case, of the SHA-256 of a password");
        }
        return hash;
    }

    private void addLimitedKeys(String rule) throws AclException {
        int tilde = rule.indexOf('~');
        String permissions = tilde < 0 ? "" : rule.substring(1, tilde).toUpperCase(Locale.ROOT);
        switch (permissions) {
            case "R" -> addKeys(rule, rule.substring(tilde + 1), true, false);
            case "W" -> addKeys(rule, rule.substring(tilde + 1), false, true);
            case "RW", "WR" -> addKeys(rule, rule.substring(tilde + 1), true, true);
            default -> throw refused(rule, "%R~pattern, %W~pattern or %RW~pattern");
        }
    }

    private void allowAllKeys() {
        keys.clear();
        keys.add(new KeyRule("*", true, true));
        hasAllKeys = true;
    }

    /** As in Redis, a pattern that is there already is allowed what both rules allow. */
    private void addKeys(String rule, String pattern, boolean reads, boolean writes) throws AclException {
        if (hasAllKeys) {
            throw refused(rule, "no pattern after ~* or allkeys, which allow all keys already; begin with resetkeys");
        }
        KeyRule added = new KeyRule(pattern, reads, writes);
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).hasPattern(pattern)) {
                keys.set(i, keys.get(i).or(added));
                return;
            }
        }
        if (keys.size() == MAX_PATTERNS) {
            throw refused(rule, "at most %d patterns for a user".formatted(MAX_PATTERNS));
        }
        keys.add(added);
    }

    private void addChannels(String rule) throws AclException {
        if (rule.equals("&*")) {
            channels.clear();
        }
        if (!channels.contains(rule)) {
            if (channels.size() == MAX_PATTERNS) {
                throw refused(rule, "at most %d patterns of channels for a user".formatted(MAX_PATTERNS));
            }
            channels.add(rule);
        }
    }

    private void addCommands(CommandRule rule) throws AclException {
        if (rule.isAboutAll()) {
            commands.clear();
        }
        if (commands.size() == MAX_PATTERNS) {
            throw refused(rule.toString(), "at most %d rules about commands for a user".formatted(MAX_PATTERNS));
        }
        commands.add(rule);
    }

    private static AclException refused(String rule, String expected) {
        return new AclException("'%s' is not accepted (expected: %s)".formatted(CommandRule.shown(rule), expected));
    }
}
