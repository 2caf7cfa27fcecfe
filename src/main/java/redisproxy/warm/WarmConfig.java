package redisproxy.warm;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a cache that begins empty gets the keys that it loads first. Immutable.
 *
 * @param source where their names are
 * @param mostKeys how many of them are taken
 * @param timeout how long all of it may take
 */
public record WarmConfig(Source source, int mostKeys, Duration timeout) {
    /** Where names of keys are. */
    public sealed interface Source {}

    /** A file, which is also written. */
    public record File(Path path) implements Source {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * The admin port of another proxy.
     *
     * @param url its base, such as {@code http://127.0.0.1:5020}
     * @param tokenFile the file of the token that lets this proxy in, or null
     */
    public record Peer(URI url, @Nullable Path tokenFile) implements Source {
        @Override
        public String toString() {
            return url.toString();
        }
    }

    /** Returns the file that is written, or null. */
    public @Nullable Path file() {
        return source instanceof File file ? file.path() : null;
    }
}
