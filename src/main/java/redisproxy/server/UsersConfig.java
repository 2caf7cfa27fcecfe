package redisproxy.server;

import org.jspecify.annotations.Nullable;
import redisproxy.auth.AclException;
import redisproxy.auth.Users;
import redisproxy.redis.Password;
import redisproxy.redis.PasswordUnreadableException;
import redisproxy.resp.ServedCommands;

/**
 * Who may use the proxy. Immutable; no secret is in its text.
 *
 * @param password where the password of the default user is, or null
 * @param aclFile the file of users, or null
 * @param bearerFile the file of tokens, or null
 * @param users those at the start
 */
record UsersConfig(
        @Nullable Password password,
        @Nullable String aclFile,
        @Nullable String bearerFile,
        Users users) {
    /** Nobody has a password. */
    static final UsersConfig NONE = new UsersConfig(null, null, null, Users.OPEN);

    /**
     * Reads the settings, and the files that they name. Blocks.
     *
     * @throws ConfigException if a file cannot be read or is not accepted
     */
    static UsersConfig read(Settings settings) {
        Password password =
                CredentialsSettings.password(settings, UsersCatalog.REQUIREPASS, UsersCatalog.REQUIREPASS_FILE);
        String aclFile = settings.optional(UsersCatalog.ACL_FILE);
        String bearerFile = settings.optional(UsersCatalog.BEARER_FILE);
        settings.given(UsersCatalog.REQUIREPASS)
                .filter(given -> given.name().startsWith("--"))
                .ifPresent(given ->
                        settings.note("%s: every user of this machine sees the flag with ps (expected: %s or %s)"
                                .formatted(given.name(), UsersCatalog.REQUIREPASS_FILE, UsersCatalog.REQUIREPASS)));
        UsersConfig named = new UsersConfig(password, aclFile, bearerFile, Users.OPEN);
        try {
            return new UsersConfig(password, aclFile, bearerFile, named.readUsers());
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

    /** Names are not looked up, since that may take long: all but localhost may be those of other machines. */
    private static boolean isLoopback(@Nullable String host) {
        return host != null
                && (host.startsWith("127.") || host.equals("localhost") || host.equals("::1") || host.equals("[::1]"));
    }

    /**
     * Reads the users anew. Blocks.
     *
     * @throws AclException if a file is not accepted or cannot be read; the message names it
     * @throws PasswordUnreadableException if the file of the password cannot be read
     */
    Users readUsers() throws AclException {
        return Users.of(password == null ? null : password.read(), aclFile, bearerFile, new ServedCommands());
    }
}
