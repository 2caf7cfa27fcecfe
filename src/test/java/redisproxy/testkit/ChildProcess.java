package redisproxy.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A child process with its output. Closing it ends the process. */
public final class ChildProcess implements AutoCloseable {
    private static final Set<String> INHERITED = Set.of("PATH", "HOME", "JAVA_HOME", "LANG", "LC_ALL", "TMPDIR");
    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration LONGEST_END = Duration.ofSeconds(30);

    private final List<String> command;
    private final Process process;
    private final Queue<String> out = new ConcurrentLinkedQueue<>();
    private final Queue<String> err = new ConcurrentLinkedQueue<>();
    private final List<Thread> readers;

    private ChildProcess(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        readers = List.of(read(process.getInputStream(), out), read(process.getErrorStream(), err));
    }

    /** Starts the command with a bare environment and these variables. */
    public static ChildProcess start(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().retainAll(INHERITED);
        builder.environment().putAll(environment);
        try {
            return new ChildProcess(command, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a Java process on the runtime of these tests. */
    public static ChildProcess startJava(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        return start(environment, List.copyOf(command));
    }

    /** Waits until the standard error output matches, and returns the match. */
    public Matcher awaitError(Pattern pattern) {
        awaitAlive("print " + pattern, () -> pattern.matcher(err()).find());
        Matcher match = pattern.matcher(err());
        if (!match.find()) {
            throw new AssertionError(describe("matched no longer: " + pattern));
        }
        return match;
    }

    /** Waits for an effect of this process. */
    public void awaitAlive(String what, BooleanSupplier condition) {
        try {
            Awaitility.await()
                    .atMost(LONGEST_START)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> condition.getAsBoolean() || !process.isAlive());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(describe("did not " + what + " in " + LONGEST_START), e);
        }
        if (!condition.getAsBoolean()) {
            awaitExit();
            if (!condition.getAsBoolean()) {
                throw new AssertionError(describe("ended before it would " + what));
            }
        }
    }

    /** Waits until the process has ended by itself and all its output is read. */
    public int awaitExit() {
        try {
            if (!process.waitFor(LONGEST_END.toSeconds(), SECONDS)) {
                throw new AssertionError(describe("did not end in " + LONGEST_END));
            }
            for (Thread reader : readers) {
                reader.join(LONGEST_END.toMillis());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Asks the process to end, as SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Ends the process and its own children at once, as SIGKILL. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public String out() {
        return String.join("\n", out);
    }

    public String err() {
        return String.join("\n", err);
    }

    /** The message, the command and everything that was printed so far. */
    public String describe(String message) {
        return message + "\ncommand: " + String.join(" ", command) + "\nexit: "
                + (process.isAlive() ? "still running" : process.exitValue()) + "\nstdout:\n" + out() + "\nstderr:\n"
                + err();
    }

    private static Thread read(InputStream stream, Queue<String> into) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            into.add(line);
                        }
                    } catch (IOException e) {
                        into.add("(no more output: " + e.getMessage() + ")");
                    }
                },
                "output-of-child");
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
            awaitExit();
        }
    }
}
