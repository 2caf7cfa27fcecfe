package redisproxy.server;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads a password from a file, so that neither flags nor the environment show it. */
final class PasswordFile {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private PasswordFile() {}

    /**
     * Returns the password that a file in UTF-8 holds. Blocks.
     *
     * @param setting the name by which the file was given, for messages
     * @throws ConfigException if the file cannot be read, is not in UTF-8 or is empty
     */
    static String read(String setting, String file) {
        try {
            String text = Files.readString(Path.of(file));
            // Editors put a mark before the password and a line end after it.
            String password = Settings.withoutLineEnd(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
            if (password.isEmpty()) {
                throw new ConfigException("%s: '%s' is empty (expected: a password)".formatted(setting, file));
            }
            return password;
        } catch (CharacterCodingException e) {
            throw new ConfigException("%s: '%s' is not in UTF-8 (expected: a password)".formatted(setting, file));
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException("%s: '%s' cannot be read (expected: a file)".formatted(setting, file));
        }
    }
}
