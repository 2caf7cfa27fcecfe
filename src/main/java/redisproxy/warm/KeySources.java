package redisproxy.warm;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads names of keys from a file or from another proxy. Blocks. */
final class KeySources {
    private static final int OK = 200;

    private KeySources() {}

    /**
     * Returns at most so many keys, the hottest first.
     *
     * @throws IOException if they cannot be read; the message is a clause
     */
    static List<byte[]> read(WarmConfig.Source source, int most, Duration timeout) throws IOException {
        if (source instanceof WarmConfig.Peer peer) {
            return ask(peer, most, timeout);
        }
        return readFile(((WarmConfig.File) source).path(), most);
    }

    private static List<byte[]> readFile(Path path, int most) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return KeyList.read(in, most);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file yet", e);
        }
    }

    private static List<byte[]> ask(WarmConfig.Peer peer, int most, Duration timeout) throws IOException {
        URI url = peer.url().resolve("/api/v1/recent?count=" + most);
        int millis = (int) Math.max(1, timeout.toMillis());
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        try {
            connection.setConnectTimeout(millis);
            connection.setReadTimeout(millis);
            connection.setInstanceFollowRedirects(false);
            String token = token(peer.tokenFile());
            if (token != null) {
                connection.setRequestProperty("Authorization", "Bearer " + token);
            }
            int status = connection.getResponseCode();
            if (status != OK) {
                throw new IOException("the other proxy answers %d%s".formatted(status, hint(status)));
            }
            try (InputStream in = connection.getInputStream()) {
                return KeyList.read(in, most);
            }
        } finally {
            connection.disconnect();
        }
    }

    private static String hint(int status) {
        return switch (status) {
            case 401 -> " (expected: the token of a user with +info and allkeys)";
            case 403 -> " (expected: the token of a user with +info and allkeys)";
            case 404 -> " (expected: a proxy of this version or a later one)";
            case 421 -> " (expected: localhost, an address, or a name that its ALLOWED_HOSTS lists)";
            default -> "";
        };
    }

    private static @Nullable String token(@Nullable Path file) throws IOException {
        if (file == null) {
            return null;
        }
        try {
            String token = Files.readString(file, StandardCharsets.UTF_8).strip();
            if (token.isEmpty() || !token.chars().allMatch(each -> each > ' ' && each < 0x7F)) {
                throw new IOException("the file '%s' holds no token".formatted(file));
            }
            return token;
        } catch (NoSuchFileException e) {
            throw new IOException("the file '%s' of the token does not exist".formatted(file), e);
        }
    }
}
