package redisproxy.warm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Misses;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Bytes;

final class KeysFileTest {
    @TempDir
    private Path directory;

    private final FakeStore store = new FakeStore();
    private final ReadThroughCache cache =
            new ReadThroughCache(new CacheConfig(100, Duration.ofSeconds(60)), store, Ticker.system());

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void holdsTheNamesOfTheLastKeysAtTheEnd() throws IOException {
        load("a", "b", "c");
        Path path = directory.resolve("hottest.json");
        KeysFile file = new KeysFile(path, 2, cache);
        file.start("hottest-keys");
        file.close();
        assertThat(read(path)).containsExactly(Bytes.utf8("c"), Bytes.utf8("b"));
        assertThat(Files.readString(path)).doesNotContain("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void replacesWhatWasThere() throws IOException {
        Path path = Files.writeString(directory.resolve("hottest.json"), "x".repeat(10_000));
        load("a");
        new KeysFile(path, 10, cache).write();
        assertThat(read(path)).containsExactly(Bytes.utf8("a"));
    }

    @Test
    void anEmptyCacheLeavesWhatWasThere() throws IOException {
        Path path = Files.writeString(directory.resolve("hottest.json"), "as before");
        new KeysFile(path, 10, cache).close();
        assertThat(path).hasContent("as before");
    }

    @Test
    void goesOnWhenItCannotWrite() {
        load("a");
        KeysFile file = new KeysFile(directory.resolve("missing").resolve("hottest.json"), 10, cache);
        file.write();
        file.write();
        file.close();
        assertThat(directory).isEmptyDirectory();
    }

    private void load(String... keys) {
        for (String key : keys) {
            store.put(key, "secret");
            Misses wanted = new Misses();
            wanted.add(Bytes.utf8(key).toArray(), new Ignoring());
            cache.loadAhead(wanted);
        }
    }

    private static final class Ignoring implements redisproxy.cache.LoadListener {
        @Override
        public void loaded(redisproxy.cache.Entry entry, redisproxy.cache.Provenance provenance) {
            // It is cached.
        }

        @Override
        public void failed(redisproxy.cache.BackingStoreException cause) {
            throw new AssertionError(cause);
        }
    }

    private static List<Bytes> read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return KeyList.read(in, 100).stream().map(Bytes::of).toList();
        }
    }
}
