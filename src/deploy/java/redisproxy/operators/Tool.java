package redisproxy.operators;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that end by themselves: kubectl, promtool. */
final class Tool {
    private static final int LONGEST_SECONDS = 60;

    private Tool() {}

    /** Runs the program in the project's folder and returns what it prints. Any exit code but 0 is an error. */
    static String run(String... command) {
        try {
            Path out = Files.createTempFile("out", ".txt");
            Path err = Files.createTempFile("err", ".txt");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(List.of(command) + " did not end in " + LONGEST_SECONDS + " s");
                }
                if (process.exitValue() != 0) {
                    throw new AssertionError(List.of(command) + " ended with " + process.exitValue() + "\n"
                            + Files.readString(out, UTF_8) + Files.readString(err, UTF_8));
                }
                return Files.readString(out, UTF_8);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
