package redisproxy.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The end of a process that cannot go on. It needs neither the log nor much memory, since both may be what is lost. Made
 * while there is memory, since its class needs some. Thread-safe.
 */
final class ProcessEnd implements Consumer<String> {
    /** The code of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. Supervisors start a process again after any but 0. */
    static final int EXIT_CANNOT_GO_ON = 3;

    /** Standard error may be a pipe without a reader. */
    private static final long WRITE_MILLIS = 1_000;

    /** Says why on standard error and ends the process at once, with {@value #EXIT_CANNOT_GO_ON}. Does not return. */
    @Override
    public void accept(String why) {
        try {
            byte[] line = Logging.lastLine("cannot go on: " + why + "; exit code " + EXIT_CANNOT_GO_ON);
            Thread writer = new Thread(() -> write(line));
            writer.setDaemon(true);
            writer.start();
            writer.join(WRITE_MILLIS);
        } catch (InterruptedException | RuntimeException | Error e) {
            // Without memory there is no message. The exit code remains.
        } finally {
            Runtime.getRuntime().halt(EXIT_CANNOT_GO_ON);
        }
    }

    private static void write(byte[] line) {
        try {
            new FileOutputStream(FileDescriptor.err).write(line);
        } catch (IOException e) {
            // The exit code remains.
        }
    }
}
