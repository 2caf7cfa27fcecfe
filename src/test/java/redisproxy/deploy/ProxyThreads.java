package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;

/** The threads of a servlet container's process that belong to the proxy. */
final class ProxyThreads {
    private static final Pattern NAME = Pattern.compile("(?m)^\"((?:redis-proxy|resp|commons-pool|jedis)[^\"]*)\"");

    private ProxyThreads() {}

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
