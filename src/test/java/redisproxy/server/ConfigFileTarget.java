package redisproxy.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** Fuzz target: a configuration file of any bytes is read, or refused in one line. */
public final class ConfigFileTarget {
    private static final Pattern LINE_END = Pattern.compile("\\R");

    private static final Path FILE = file();

    private ConfigFileTarget() {}

    public static void run(byte[] input) {
        write(input);
        try {
            Map<String, Settings.Given> values = ConfigFile.read(FILE);
            // That setting would have any file of this machine read.
            if (!values.containsKey(RedisCatalog.REDIS_PASSWORD_FILE.name())
                    && !values.containsKey(RedisCatalog.SENTINEL_PASSWORD_FILE.name())) {
                ProxyConfig.from(new Settings().orFromFile(values));
            }
        } catch (ConfigException refused) {
            String message = String.valueOf(refused.getMessage());
            if (message.isBlank() || LINE_END.matcher(message).find()) {
                throw new AssertionError("no message of one line: " + message, refused);
            }
        }
    }

    private static void write(byte[] input) {
        try {
            // A new file each time: some file systems write a file that is overwritten to the disk at once.
            Files.deleteIfExists(FILE);
            Files.write(FILE, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file() {
        try {
            Path file = Files.createTempFile("config", ".env");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
