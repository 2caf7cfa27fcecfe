package redisproxy.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redisproxy.http.KeyInTargetTarget;
import redisproxy.http.RequestFieldsTarget;
import redisproxy.net.ProxyHeaderTarget;
import redisproxy.redis.InvalidationsTarget;
import redisproxy.resp.RequestParserTarget;
import redisproxy.server.ConfigFileTarget;

/** The code that reads bytes of unknown origin. Each target has a fuzz test in src/fuzz, and shares its corpus. */
enum Target {
    REQUEST_PARSER("RequestParserFuzzTest"),
    KEY_IN_TARGET("KeyInTargetFuzzTest"),
    REQUEST_FIELDS("RequestFieldsFuzzTest"),
    CONFIG_FILE("ConfigFileFuzzTest"),
    INVALIDATIONS("InvalidationsFuzzTest"),
    PROXY_HEADER("ProxyHeaderFuzzTest");

    private static final Path RESOURCES = Path.of("src", "fuzz", "resources", "redisproxy", "fuzz");

    private final String fuzzTest;

    Target(String fuzzTest) {
        this.fuzzTest = fuzzTest;
    }

    void run(byte[] input) {
        switch (this) {
            case REQUEST_PARSER -> RequestParserTarget.run(input);
            case KEY_IN_TARGET -> KeyInTargetTarget.run(input);
            case REQUEST_FIELDS -> RequestFieldsTarget.run(input);
            case CONFIG_FILE -> ConfigFileTarget.run(input);
            case INVALIDATIONS -> InvalidationsTarget.run(input);
            case PROXY_HEADER -> ProxyHeaderTarget.run(input);
        }
    }

    /** The inputs of the corpus, in the order of their names. */
    List<byte[]> corpus() throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files =
                Files.list(RESOURCES.resolve(fuzzTest + "Inputs").resolve("anyBytes"))) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        return inputs;
    }
}
