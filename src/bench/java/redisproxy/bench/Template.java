package redisproxy.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that the programs read, kept as resources with {@code @NAME@} where a run has its own value. */
final class Template {
    private Template() {}

    /**
     * Writes one into the folder.
     *
     * @param namesAndValues each name with the value that takes its place
     */
    static Path write(Path folder, String resource, Object... namesAndValues) {
        try (InputStream in = Template.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource);
            }
            String text = new String(in.readAllBytes(), UTF_8);
            for (int at = 0; at < namesAndValues.length; at += 2) {
                text = text.replace("@" + namesAndValues[at] + "@", namesAndValues[at + 1].toString());
            }
            return Files.writeString(folder.resolve(resource), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
