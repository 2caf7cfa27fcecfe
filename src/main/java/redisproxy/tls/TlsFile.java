package redisproxy.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads files of keys and certificates, which are short. Thread-safe. */
public final class TlsFile {
    /** The certificates of all authorities that browsers trust take a quarter of it. */
    private static final int MOST_BYTES = 1024 * 1024;

    private TlsFile() {}

    /**
     * Returns the content, which belongs to the caller; that of no file is empty. Blocks.
     *
     * @param setting names the file in messages
     * @throws TlsFileException if the file cannot be read or is longer than 1 MiB
     */
    public static byte[] read(String setting, @Nullable Path file) {
        if (file == null) {
            return new byte[0];
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw new TlsFileException("%s: '%s' cannot be read (expected: a file)".formatted(setting, file));
        }
        if (content.length > MOST_BYTES) {
            throw new TlsFileException("%s: '%s' has more than %d bytes (expected: a file of keys or certificates)"
                    .formatted(setting, file, MOST_BYTES));
        }
        return content;
    }
}
