package redisproxy.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Reads a password from a file, so that neither flags nor the environment show it. */
final class PasswordFile {
    private PasswordFile() {}

    /**
     * Returns the password that a file holds. Blocks.
     *
     * @param setting the name by which the file was given, for messages
     * @throws ConfigException if the file cannot be read or is empty
     */
    static String read(String setting, String file) {
        try {
            // Files made by hand end with a line break that is not part of the password.
            String text = Files.readString(Path.of(file)).replaceFirst("\\R\\z", "");
            if (text.isEmpty()) {
                throw new ConfigException("%s: '%s' is empty (expected: a password)".formatted(setting, file));
            }
            return text;
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException("%s: '%s' cannot be read (expected: a file)".formatted(setting, file));
        }
    }
}
