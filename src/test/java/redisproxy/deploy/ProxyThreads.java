package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import redisproxy.testkit.ChildProcess;

/** The threads of a servlet container's process that belong to the proxy. */
final class ProxyThreads {
    private static final Pattern NAME = Pattern.compile("(?m)^\"((?:redis-proxy|resp|commons-pool|jedis)[^\"]*)\"");

    private static final Duration BEFORE_LONG = Duration.ofSeconds(30);

    private ProxyThreads() {}

    /** Each look starts a process, so it looks seldom. */
    static void awaitEnd(ChildProcess process) {
        Awaitility.await()
                .atMost(BEFORE_LONG)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(in(process)).isEmpty());
    }

    static List<String> in(ChildProcess process) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try (ChildProcess dump =
                ChildProcess.start(Map.of(), List.of(jcmd, Long.toString(process.pid()), "Thread.print"))) {
            assertThat(dump.awaitExit()).as(() -> dump.describe("thread dump")).isZero();
            return NAME.matcher(dump.out())
                    .results()
                    .map((MatchResult match) -> match.group(1))
                    .toList();
        }
    }
}
