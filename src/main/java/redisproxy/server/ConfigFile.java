package redisproxy.server;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads settings from a file of {@code KEY=VALUE} lines, as compose's {@code env_file} does. Blank lines and lines that
 * begin with {@code #} are skipped. Quotes are part of the value.
 */
final class ConfigFile {
    private ConfigFile() {}

    /**
     * Returns the values by name. Blocks.
     *
     * @throws ConfigException if the file cannot be read, or if a line is malformed, unknown or repeated
     */
    static Map<String, String> read(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int equals = text.indexOf('=');
            if (equals < 1) {
                // Shows only the first word: the rest may be a password.
                throw new ConfigException("%s, line %d: '%s' is not accepted (expected: KEY=VALUE)"
                        .formatted(file, number, text.split("\\s", 2)[0]));
            }
            String key = text.substring(0, equals).strip();
            if (SettingsCatalog.find(key).isEmpty() && !SettingsCatalog.FOREIGN_NAMES.contains(key)) {
                throw new ConfigException("%s, line %d: the key '%s' is unknown (expected: %s)"
                        .formatted(file, number, key, String.join(", ", knownNames())));
            }
            if (values.put(key, text.substring(equals + 1).strip()) != null) {
                throw new ConfigException(
                        "%s, line %d: the key '%s' is given more than once".formatted(file, number, key));
            }
        }
        return values;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException("--config: '%s' does not exist (expected: a file)".formatted(file));
        } catch (CharacterCodingException e) {
            throw new ConfigException("--config: '%s' is not text (expected: a file in UTF-8)".formatted(file));
        } catch (IOException e) {
            throw new ConfigException("--config: '%s' cannot be read: %s".formatted(file, e.getMessage()));
        }
    }

    private static List<String> knownNames() {
        return SettingsCatalog.all().stream()
                .flatMap(setting -> setting.names().stream())
                .toList();
    }
}
