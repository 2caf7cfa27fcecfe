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
            Setting<?> blamed = aclFile == null ? UsersCatalog.BEARER_FILE : UsersCatalog.ACL_FILE;
            throw new ConfigException("%s: %s".formatted(settings.nameOf(blamed), e.getMessage()));
        }
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
