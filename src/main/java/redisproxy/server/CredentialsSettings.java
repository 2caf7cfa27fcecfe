package redisproxy.server;

import org.jspecify.annotations.Nullable;
import redisproxy.redis.Credentials;
import redisproxy.redis.Password;
import redisproxy.redis.PasswordUnreadableException;

/** Reads a set of credentials: a user, and a password or the file that holds it. */
final class CredentialsSettings {
    private CredentialsSettings() {}

    /**
     * Makes the credentials. Blocks to read the file.
     *
     * @param url what holds a user and a password that the settings override, or null
     * @throws ConfigException if a user has no password, a password is given twice, or a file does not hold one
     */
    static Credentials read(
            Settings settings,
            Setting<String> userSetting,
            Setting<String> passwordSetting,
            Setting<String> fileSetting,
            @Nullable RedisUrl url) {
        String given = settings.optional(userSetting);
        String user = given == null && url != null ? url.user() : given;
        Password password = password(settings, passwordSetting, fileSetting);
        if (password == null && url != null && url.password() != null) {
            password = new Password.Fixed(settings.nameOf(RedisCatalog.REDIS_URL), url.password());
        }
        if (user != null && password == null) {
            throw new ConfigException("%s has no password (expected: %s or %s too)"
                    .formatted(
                            given == null
                                    ? settings.nameOf(RedisCatalog.REDIS_URL) + ": the user"
                                    : "%s: '%s'".formatted(settings.nameOf(userSetting), user),
                            passwordSetting,
                            fileSetting));
        }
        return new Credentials(user, password);
    }

    /** Returns a password as it is now, or null; the exception is that of {@link #read}. Blocks to read the file, once. */
    static @Nullable String passwordNow(
            Settings settings, Setting<String> passwordSetting, Setting<String> fileSetting) {
        Password password = place(settings, passwordSetting, fileSetting);
        return password == null ? null : text(password);
    }

    /** Returns where a password is, or null; the exception is that of {@link #read}. Blocks to read the file. */
    static @Nullable Password password(
            Settings settings, Setting<String> passwordSetting, Setting<String> fileSetting) {
        Password password = place(settings, passwordSetting, fileSetting);
        if (password instanceof Password.InFile) {
            // A file that is wrong already at the start is a mistake, and no rotation.
            String unused = text(password);
        }
        return password;
    }

    private static @Nullable Password place(
            Settings settings, Setting<String> passwordSetting, Setting<String> fileSetting) {
        String password = settings.optional(passwordSetting);
        String file = settings.optional(fileSetting);
        if (file == null) {
            return password == null ? null : new Password.Fixed(settings.nameOf(passwordSetting), password);
        }
        String fileName = settings.nameOf(fileSetting);
        if (password != null) {
            throw new ConfigException("%s: '%s' is given beside %s (expected: one of them)"
                    .formatted(fileName, file, settings.nameOf(passwordSetting)));
        }
        return new Password.InFile(fileName, file);
    }

    private static String text(Password password) {
        try {
            return password.read();
        } catch (PasswordUnreadableException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }
}
