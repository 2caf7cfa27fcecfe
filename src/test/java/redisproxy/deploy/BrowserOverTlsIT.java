package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.fixtures.Certificates;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** The packaged WAR with TLS and users, in a real browser. Left out where there is no Chromium. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BrowserOverTlsIT {
    private static final Pattern PORTS =
            Pattern.compile(" and https://\\S+?:(\\d+)\\b.*?admin https://\\S+?:(\\d+)\\b");

    @TempDir
    private Path folder;

    @Test
    void readsAKeyOverHttp2AndLogsInToThePage() throws IOException {
        assumeTrue(Browser.isInstalled(), "left out: /usr/bin/chromium or /usr/bin/chromedriver is missing");
        Certificates certificates = new Certificates(folder);
        Certificates.Pair own = certificates.issue(certificates.authority("ca"), "127.0.0.1", "IP:127.0.0.1");
        Path users = Files.writeString(folder.resolve("users.acl"), "user reader on >x ~* +info +@read +config|get\n");
        try (RedisServerProcess redis = RedisServerProcess.started();
                ProxyProcess proxy = ProxyProcess.start(
                        List.of("-jar", Deployment.war().toString()),
                        Map.of(),
                        List.of(
                                "--proxy-host=127.0.0.1",
                                "--proxy-port=0",
                                "--proxy-tls-port=0",
                                "--tcp-port=0",
                                "--admin-port=none",
                                "--admin-tls-port=0",
                                "--tls-cert-file=" + own.cert(),
                                "--tls-key-file=" + own.key(),
                                "--acl-file=" + users,
                                "--redis-host=127.0.0.1",
                                "--redis-port=" + redis.address().port()));
                Browser browser = new Browser()) {
            try (RedisControl control = new RedisControl(redis.address())) {
                control.call("SET", "hero", "Batman");
            }
            Matcher ports = proxy.process().awaitError(PORTS);

            for (int i = 0; i < 3; i++) {
                browser.open("https://reader:x@127.0.0.1:" + ports.group(1) + "/hero");
                assertThat(browser.text("body")).isEqualTo("Batman");
                assertThat(browser.run("return performance.getEntriesByType('navigation')[0].nextHopProtocol"))
                        .isEqualTo("h2");
            }
            // A key that does not exist.
            assertThat(browser.complaints()).allMatch(text -> text.contains("/favicon.ico"));

            browser.open("https://reader:x@127.0.0.1:" + ports.group(2) + "/");
            browser.open("https://127.0.0.1:" + ports.group(2) + "/");
            awaitText(browser, "#pill-live", "live");
            awaitText(browser, "#nodes", redis.address().toString());
            browser.assertNoComplaints();
            browser.open("about:blank");
        }
    }

    private static void awaitText(Browser browser, String css, String text) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(browser.text(css)).as(css).contains(text));
    }
}
