package redisproxy.auth;

import java.util.List;
import java.util.StringJoiner;

/** One user: what proves it, and what it may do. Immutable and thread-safe. Neither errors nor {@link #toString} show a secret. */
public final class User {
    private final boolean isOn;
    private final boolean needsNoPassword;
    private final List<PasswordHash> passwords;
    private final List<String> channels;
    private final Principal principal;

    User(
            boolean isOn,
            boolean needsNoPassword,
            List<PasswordHash> passwords,
            List<String> channels,
            Principal principal) {
        this.isOn = isOn;
        this.needsNoPassword = needsNoPassword;
        this.passwords = List.copyOf(passwords);
        this.channels = List.copyOf(channels);
        this.principal = principal;
    }

    public String name() {
        return principal.name();
    }

    /** Returns whether the user may log in. */
    public boolean isOn() {
        return isOn;
    }

    /** Returns whether any password does. */
    public boolean needsNoPassword() {
        return needsNoPassword;
    }

    /** Returns what the user may do once logged in. */
    public Principal principal() {
        return principal;
    }

    /** Compares with all passwords, so that the time does not tell which one it is. */
    boolean accepts(PasswordHash given) {
        boolean isAccepted = needsNoPassword;
        for (PasswordHash each : passwords) {
            isAccepted |= each.matches(given);
        }
        return isAccepted && isOn;
    }

    /** Returns whether somebody who has proved to be {@code before} has proved to be this user too. */
    boolean isSameIdentity(User before) {
        return isOn
                && needsNoPassword == before.needsNoPassword
                && passwordHashes().equals(before.passwordHashes());
    }

    /** Returns the flags that {@code ACL GETUSER} shows. */
    public List<String> flags() {
        return needsNoPassword ? List.of(isOn ? "on" : "off", "nopass") : List.of(isOn ? "on" : "off");
    }

    /** Returns the hashes of the passwords in hexadecimal, for administrators alone. */
    public List<String> passwordHashes() {
        return passwords.stream().map(PasswordHash::hex).toList();
    }

    /** Returns the patterns of channels as Redis writes them. */
    public String channelRules() {
        return String.join(" ", channels);
    }

    /** Returns the line of an ACL file that makes this user, with the hashes of the passwords; for administrators alone. */
    public String describe() {
        StringJoiner line = new StringJoiner(" ");
        line.add("user").add(name());
        flags().forEach(line::add);
        passwordHashes().forEach(hash -> line.add("#" + hash));
        if (!principal.keyRules().isEmpty()) {
            line.add(principal.keyRules());
        }
        if (!channels.equals(List.of("&*"))) {
            line.add("resetchannels");
        }
        channels.forEach(line::add);
        return line.add(principal.commandRules()).toString();
    }

    @Override
    public String toString() {
        return name();
    }
}
