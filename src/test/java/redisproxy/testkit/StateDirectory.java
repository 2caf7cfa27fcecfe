package redisproxy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A new directory for what nodes of a Cluster and Sentinels keep of each other. In memory where the system has such a place: each change
 * is synced to the disk before the node does anything else, which takes a second and more while others write much to the same disk.
 */
public final class StateDirectory {
    private static final Path IN_MEMORY = Path.of("/dev/shm");

    private StateDirectory() {}

    /** Creates it; whoever asked removes it. */
    public static Path create(String prefix) throws IOException {
        return Files.isDirectory(IN_MEMORY) && Files.isWritable(IN_MEMORY)
                ? Files.createTempDirectory(IN_MEMORY, prefix)
                : Files.createTempDirectory(prefix);
    }
}
