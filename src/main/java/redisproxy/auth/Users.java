package redisproxy.auth;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All users at one time, and whom credentials prove. Immutable and thread-safe; no method blocks. */
public final class Users {
    /** What a client gives who names an unknown user is compared with this one, so that the time does not tell which users exist. */
    private static final User UNKNOWN = new User(
            true,
            false,
            List.of(PasswordHash.of("")),
            List.of(),
            new Principal("unknown", CommandRules.NONE, KeyRules.NONE));

    /** Nobody has a password: everybody may read, and those on the same machine may do everything. */
    public static final Users OPEN = new Users(
            Map.of(Principal.DEFAULT_NAME, new User(true, true, List.of(), List.of("&*"), Principal.all())),
            List.of(),
            /* isOpen= */ true);

    private final Map<String, User> byName;
    private final List<AclFile.Token> tokens;
    private final boolean isOpen;
    private final Principal local = Principal.all();
    private final Principal remote = Principal.allButChanges();

    private Users(Map<String, User> byName, List<AclFile.Token> tokens, boolean isOpen) {
        this.byName = new TreeMap<>(byName);
        this.tokens = List.copyOf(tokens);
        this.isOpen = isOpen;
    }

    /**
     * Returns the users of these sources; {@link #OPEN} if there is none. Blocks to read files.
     *
     * @param password that of the default user, or null
     * @param aclFile the name of a file of users, or null; without a line for the default user, it is off
     * @param bearerFile the name of a file of tokens, or null
     * @throws AclException if a file is not accepted, or the default user has two passwords
     */
    public static Users of(
            @Nullable String password, @Nullable String aclFile, @Nullable String bearerFile, KnownCommands known)
            throws AclException {
        if (password == null && aclFile == null && bearerFile == null) {
            return OPEN;
        }
        Map<String, User> byName = new TreeMap<>();
        if (aclFile != null) {
            byName.putAll(AclFile.read(aclFile, known));
        }
        if (password != null) {
            User before = byName.put(Principal.DEFAULT_NAME, withPassword(password));
            if (before != null) {
                throw new AclException(
                        "'%s' has a line for the default user, which a password is set for too (expected: one of them)"
                                .formatted(aclFile));
            }
        }
        User off = new User(
                false,
                false,
                List.of(),
                List.of(),
                new Principal(Principal.DEFAULT_NAME, CommandRules.NONE, KeyRules.NONE));
        byName.putIfAbsent(Principal.DEFAULT_NAME, off);
        List<AclFile.Token> tokens = bearerFile == null ? List.of() : AclFile.tokens(bearerFile);
        for (AclFile.Token token : tokens) {
            if (!byName.containsKey(token.user())) {
                throw new AclException(
                        "'%s' has a token for user '%s', whom there is not".formatted(bearerFile, token.user()));
            }
        }
        return new Users(byName, tokens, /* isOpen= */ false);
    }

    private static User withPassword(String password) {
        // As clients send it.
        PasswordHash hash = PasswordHash.of(password.getBytes(StandardCharsets.UTF_8));
        return new User(true, false, List.of(hash), List.of("&*"), Principal.all());
    }

    /** Returns whether nobody has a password. */
    public boolean isOpen() {
        return isOpen;
    }

    /** Returns who a client is that gives no credentials; {@code isLocal} is whether it is on the same machine. */
    public Principal anonymous(boolean isLocal) {
        if (isOpen) {
            return isLocal ? local : remote;
        }
        User user = byName.get(Principal.DEFAULT_NAME);
        return user != null && user.isOn() && user.needsNoPassword() ? user.principal() : Principal.NOBODY;
    }

    /**
     * Returns who a client is that gives this name and password, or null if they prove nobody. The time depends on the length of
     * the password alone.
     */
    public @Nullable Principal login(String name, byte[] password, boolean isLocal) {
        PasswordHash given = PasswordHash.of(password);
        if (isOpen) {
            return name.equals(Principal.DEFAULT_NAME) ? anonymous(isLocal) : null;
        }
        User user = byName.get(name);
        boolean isAccepted = (user == null ? UNKNOWN : user).accepts(given);
        return user != null && isAccepted ? user.principal() : null;
    }

    /** Returns who a client is that gives this token, or the password of the default user; null if it proves nobody. */
    public @Nullable Principal bearer(byte[] token, boolean isLocal) {
        if (isOpen) {
            return anonymous(isLocal);
        }
        PasswordHash given = PasswordHash.of(token);
        Principal found = null;
        for (AclFile.Token each : tokens) {
            User user = byName.get(each.user());
            if (each.hash().matches(given) && user != null && user.isOn()) {
                found = user.principal();
            }
        }
        return found == null ? login(Principal.DEFAULT_NAME, token, isLocal) : found;
    }

    /** Returns who a client is whose certificate, which has been verified, has this name; null if no user has it or it is off. */
    public @Nullable Principal forCertificate(String name) {
        User user = byName.get(name);
        return user != null && user.isOn() ? user.principal() : null;
    }

    /** Returns the user of this name, or null. */
    public @Nullable User find(String name) {
        return byName.get(name);
    }

    /**
     * Returns who somebody is now who has been {@code before} in {@code earlier} users: with the rules of today; null if that user
     * is gone, is off, or has other passwords now, so that it has to log in anew.
     */
    public @Nullable Principal stillIs(Principal before, Users earlier) {
        User was = earlier.find(before.name());
        User is = find(before.name());
        if (is != null && is.principal() == before) {
            return before;
        }
        if (was == null || is == null || !is.isSameIdentity(was)) {
            return null;
        }
        return is.principal();
    }

    /** Returns all users in the order of their names. */
    public Collection<User> all() {
        return byName.values();
    }

    /** Tells how many there are. */
    @Override
    public String toString() {
        return isOpen ? "no users" : byName.size() + " users";
    }
}
