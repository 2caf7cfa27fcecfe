package redisproxy.server;

import org.jspecify.annotations.Nullable;
import redisproxy.auth.AclException;
import redisproxy.auth.CommandPolicy;
import redisproxy.auth.Users;
import redisproxy.resp.ServedCommands;

/**
 * Who may use the proxy. Immutable; no secret is in its text.
 *
 * @param aclFile the file of users, or null
 * @param bearerFile the file of tokens, or null
 * @param users those of the moment at which the files were read
 * @param isInsecure whether commands are passed on for everybody on purpose
 */
record UsersConfig(@Nullable String aclFile, @Nullable String bearerFile, Users users, boolean isInsecure) {
    /** Nobody has a password. */
    static final UsersConfig NONE = new UsersConfig(null, null, Users.OPEN, false);

    /**
     * Reads the settings, and the files that they name, each once. Blocks.
     *
     * @throws ConfigException if a file cannot be read or is not accepted
     */
    static UsersConfig read(Settings settings) {
        String password =
                CredentialsSettings.passwordNow(settings, UsersCatalog.REQUIREPASS, UsersCatalog.REQUIREPASS_FILE);
        String aclFile = settings.optional(UsersCatalog.ACL_FILE);
        String bearerFile = settings.optional(UsersCatalog.BEARER_FILE);
        settings.given(UsersCatalog.REQUIREPASS)
                .filter(given -> given.name().startsWith("--"))
                .ifPresent(given ->
                        settings.note("%s: every user of this machine sees the flag with ps (expected: %s or %s)"
                                .formatted(given.name(), UsersCatalog.REQUIREPASS_FILE, UsersCatalog.REQUIREPASS)));
        try {
            return new UsersConfig(
                    aclFile,
                    bearerFile,
                    Users.of(password, aclFile, bearerFile, new ServedCommands()),
                    settings.value(UsersCatalog.INSECURE));
        } catch (AclException e) {
            boolean isOfTokens =
                    aclFile == null || String.valueOf(e.getMessage()).startsWith("'%s'".formatted(bearerFile));
            Setting<?> blamed = isOfTokens ? UsersCatalog.BEARER_FILE : UsersCatalog.ACL_FILE;
            throw new ConfigException("%s: %s".formatted(settings.nameOf(blamed), e.getMessage()));
        }
    }

    /**
     * Returns the warning that everybody may read, if other machines than this one reach a port and nobody needs a password; else
     * null.
     *
     * @param httpHost the address of the HTTP port, or null for all
     * @param respHost the address of the RESP port, or null for all
     */
    @Nullable
    String warningIfOpen(@Nullable String httpHost, @Nullable String respHost) {
        if (!users.isOpen() || (isLoopback(httpHost) && isLoopback(respHost))) {
            return null;
        }
        return "No password is set (%s), and other machines reach the ports (%s, %s): they may read all keys, and changes are left to this machine"
                .formatted(UsersCatalog.REQUIREPASS_FILE, SettingsCatalog.PROXY_HOST, SettingsCatalog.TCP_HOST);
    }

    /**
     * Refuses to pass commands on for other machines without any password, unless that is meant.
     *
     * @throws ConfigException if it is not
     */
    void refuseStrangersThatWrite(CommandPolicy commands, @Nullable String httpHost, @Nullable String respHost) {
        if (!commands.isRead() && !isInsecure && warningIfOpen(httpHost, respHost) != null) {
            throw new ConfigException(
                    ("%s: '%s' lets everybody who reaches the ports write, since no password is set (expected: %s or %s, addresses of this"
                                    + " machine alone in %s and %s, or %s=true if it is meant)")
                            .formatted(
                                    CommandsCatalog.COMMANDS,
                                    commands,
                                    UsersCatalog.REQUIREPASS_FILE,
                                    UsersCatalog.ACL_FILE,
                                    SettingsCatalog.PROXY_HOST,
                                    SettingsCatalog.TCP_HOST,
                                    UsersCatalog.INSECURE));
        }
    }

    /** Names are not looked up, since that may take long: all but localhost may be those of other machines. */
    private static boolean isLoopback(@Nullable String host) {
        return host != null
                && (host.startsWith("127.") || host.equals("localhost") || host.equals("::1") || host.equals("[::1]"));
    }
}
