package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.ChildProcess;

final class ProcessEndTest {
    /** What a child process does. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(ProcessEndTest.Child::hang));
            new ProcessEnd().accept(arguments[0]);
        }

        /** As a stop does that waits for threads that are lost. */
        private static void hang() {
            while (true) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void saysWhyAndEndsTheProcessWithACodeThatSupervisorsTakeForAFailure() {
        List<String> command = List.of(
                "-cp", System.getProperty("java.class.path"), Child.class.getName(), "the acceptor has been lost");
        try (ChildProcess process = ChildProcess.startJava(Map.of(), command)) {
            assertThat(process.awaitExit()).isEqualTo(ProcessEnd.EXIT_CANNOT_GO_ON);
            assertThat(process.err().strip())
                    .isEqualTo("redis-proxy: cannot go on: the acceptor has been lost; exit code 3");
        }
    }
}
