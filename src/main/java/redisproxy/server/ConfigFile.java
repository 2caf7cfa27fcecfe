package redisproxy.server;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redisproxy.server.Settings.Given;

/**
 * Reads settings from a file of {@code KEY=VALUE} lines, as {@code docker --env-file}, systemd and dotenv read it. Blank lines
 * and lines that begin with {@code #} or {@code ;} are skipped; {@code export} before a key is, too.
 */
final class ConfigFile {
    private static final Pattern EXPORT = Pattern.compile("export\\s+");
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final Map<String, Given> values = new LinkedHashMap<>();

    private ConfigFile(Path file) {
        this.file = file;
    }

    /**
     * Returns the values by name; each is called by the file, the line and the name. Blocks.
     *
     * @throws ConfigException if the file cannot be read, or if a line is malformed, unknown or repeated
     */
    static Map<String, Given> read(String file) {
        try {
            return read(Path.of(file));
        } catch (InvalidPathException e) {
            throw new ConfigException("--config: '%s' is no name of a file: %s".formatted(file, e.getReason()));
        }
    }

    static Map<String, Given> read(Path file) {
        ConfigFile read = new ConfigFile(file);
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String text = (number == 1 && line.startsWith(BYTE_ORDER_MARK) ? line.substring(1) : line).strip();
            if (!text.isEmpty() && !text.startsWith("#") && !text.startsWith(";")) {
                read.add(number, text);
            }
        }
        return read.values;
    }

    private void add(int number, String line) {
        String place = "%s, line %d".formatted(file, number);
        String text = EXPORT.matcher(line).lookingAt() ? EXPORT.matcher(line).replaceFirst("") : line;
        int equals = text.indexOf('=');
        if (equals < 1) {
            // Shows only the first word: the rest may be a password.
            throw new ConfigException(
                    "%s: '%s' is not accepted (expected: KEY=VALUE)".formatted(place, text.split("\\s", 2)[0]));
        }
        String key = text.substring(0, equals).strip();
        Setting<?> setting = SettingsCatalog.find(key).orElse(null);
        if (setting == null && !SettingsCatalog.FOREIGN_NAMES.contains(key)) {
            throw new ConfigException(
                    "%s: the key '%s' is unknown%s".formatted(place, key, hint(Nearest.to(key, knownNames()))));
        }
        String value = EnvValue.read(place, key, text.substring(equals + 1), isSecret(setting));
        if (values.put(key, new Given(place + ": " + key, value)) != null) {
            throw new ConfigException("%s: the key '%s' is given more than once".formatted(place, key));
        }
    }

    private static boolean isSecret(@Nullable Setting<?> setting) {
        return setting != null && setting.isSecret();
    }

    private static String hint(List<String> nearest) {
        return nearest.isEmpty()
                ? " (expected: %s)".formatted(String.join(", ", knownNames()))
                : "; did you mean %s?".formatted(String.join(" or ", nearest));
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
