package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.RespClient;

/** The page of the packaged WAR in a real browser. Left out where there is no Chromium. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AdminPageIT {
    private static final Pattern ADMIN = Pattern.compile("admin http://\\S+?:(\\d+)\\b");
    private static final Duration BEFORE_LONG = Duration.ofSeconds(20);

    private static Browser browser;

    private final RedisServerProcess redis = RedisServerProcess.started();
    private ProxyProcess proxy;
    private RespClient resp;

    @BeforeAll
    static void openBrowser() {
        assumeTrue(Browser.isInstalled(), "left out: /usr/bin/chromium or /usr/bin/chromedriver is missing");
        browser = new Browser();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() {
        try (RedisControl control = new RedisControl(redis.address())) {
            control.call("MSET", "user:1", "Batman", "user:2", "Robin", "product:1", "12.50");
        }
        proxy = start("0");
        resp = RespClient.connect(proxy.resp());
        browser.open(page(proxy));
        awaitText("#pill-live", "live");
    }

    private ProxyProcess start(String adminPort, String... more) {
        List<String> flags = new ArrayList<>(List.of(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--redis-host=127.0.0.1",
                "--redis-port=" + redis.address().port(),
                "--admin-port=" + adminPort));
        flags.addAll(List.of(more));
        return ProxyProcess.start(List.of("-jar", Deployment.war().toString()), Map.of(), flags);
    }

    private static String page(ProxyProcess proxy) {
        return "http://127.0.0.1:" + proxy.process().awaitError(ADMIN).group(1) + "/";
    }

    @AfterEach
    void stop() {
        browser.open("about:blank");
        resp.close();
        proxy.close();
        redis.close();
    }

    @Test
    void showsTheLoadJustMade() {
        for (int i = 0; i < 30; i++) {
            resp.call("GET", "user:1");
        }
        for (int i = 0; i < 10; i++) {
            HttpConnection.get(proxy.http(), "/user:1");
        }

        awaitText("#tile-spared [data-big]", "39");
        awaitText("#tile-ratio [data-big]", "97.5%");
        awaitText("#tile-ratio [data-sub]", "97.5% since the start");
        awaitText("#ports tbody tr:nth-child(1)", "HTTP", "10", "100%");
        awaitText("#ports tbody tr:nth-child(2)", "RESP", "30", "96.7%");
        awaitText("#memory", "1 of 100k");
        awaitText("#nodes", redis.address().toString(), "answers");
        awaitText("#events", "is ready");
        assertThat(browser.run("return document.querySelectorAll('.plot canvas').length"))
                .isEqualTo(3L);
        browser.assertNoComplaints();
    }

    /** The browser sends what it was told with all that the page asks for, its stream included. */
    @Test
    void followsTheProxyOnceItHasCredentials(@TempDir Path folder) throws IOException {
        Path users = Files.writeString(folder.resolve("users.acl"), "user reader on >x ~* +info +@read +config|get\n");
        try (ProxyProcess guarded = start("0", "--acl-file=" + users)) {
            String page = page(guarded);
            browser.open(page.replace("://", "://reader:x@"));
            browser.open(page);
            awaitText("#pill-live", "live");
            awaitText("#nodes", redis.address().toString());
            browser.open("about:blank");
        }
    }

    @Test
    void looksUpAndInvalidatesAKey() {
        resp.call("GET", "user:1");

        browser.find("#key").sendKeys("user:1", Keys.ENTER);
        awaitText("#entry", "cached", "6 B", redis.address().toString());
        browser.find("#drop-entry").click();

        awaitText("#entry", "not cached");
        assertThat(entry("user:1")).contains("\"cached\":false");
        browser.assertNoComplaints();
    }

    @Test
    void isUsedByKeyboardAlone() {
        resp.call("GET", "user:1");
        resp.call("GET", "product:1");

        browser.press(Keys.TAB);
        assertThat(browser.run("return document.activeElement.className")).isEqualTo("skip");
        browser.press(Keys.ENTER);
        browser.tabTo("key");
        browser.press("product:1", Keys.ENTER);
        awaitText("#entry", "cached", "5 B");
        browser.tabTo("prefix");
        browser.press("user:");
        browser.tabTo("drop-prefix");
        browser.press(Keys.ENTER);
        // The dialog takes the focus, and begins with what changes nothing.
        await().until(() -> browser.focus().equals("confirm-no"));
        browser.press(Keys.TAB);
        browser.press(Keys.ENTER);

        awaitText("#changes-said", "1 entry was dropped");
        assertThat(entry("user:1")).contains("\"cached\":false");
        assertThat(entry("product:1")).contains("\"cached\":true");
        browser.assertNoComplaints();
    }

    @Test
    void dropsNothingIfTheAnswerIsNo() {
        resp.call("GET", "user:1");

        browser.find("#drop-all").click();
        browser.press(Keys.ESCAPE);
        assertThat(entry("user:1")).contains("\"cached\":true");

        browser.find("#drop-all").click();
        browser.find("#confirm-yes").click();
        awaitText("#changes-said", "1 entry was dropped");
        assertThat(entry("user:1")).contains("\"cached\":false");
        browser.assertNoComplaints();
    }

    @Test
    void showsThatRedisIsGoneAndBack() {
        resp.call("GET", "user:1");
        awaitText("#pill-redis", "answers");

        redis.stop();
        await().atMost(BEFORE_LONG).until(() -> {
            resp.call("GET", "user:2");
            return browser.text("#pill-redis").contains("does not answer");
        });
        awaitText("#banners", "Redis does not answer");
        awaitText("#events", "redis-unreachable");
        assertThat(browser.text("#nodes")).contains("does not answer");

        redis.start();
        awaitText("#pill-redis", "answers");
        awaitText("#events", "redis-back");
        await().atMost(BEFORE_LONG).until(() -> browser.text("#banners").isEmpty());
        browser.assertNoComplaints();
    }

    @Test
    void showsThatTheProxyIsGoneAndBack() {
        String port = Integer.toString(admin().port());
        // With more events than the proxy will have told when it is back.
        for (int i = 0; i < 10; i++) {
            assertThat(new AdminClient(admin()).change("/api/v1/reload", "{}").statusCode())
                    .isEqualTo(200);
        }
        awaitText("#events-note", "last 1");
        proxy.close();
        awaitText("#banners", "The proxy does not answer this page");
        awaitText("#pill-live", "lost");

        proxy = start(port);
        awaitText("#pill-live", "live");
        await().atMost(BEFORE_LONG).until(() -> browser.text("#banners").isEmpty());
        awaitText("#events", proxy.resp().toString());
        // The console has told of the connections that were refused.
        assertThat(browser.complaints()).allSatisfy(each -> assertThat(each).contains("net::ERR_"));
    }

    @Test
    void offersNoChangesWhereTheyAreNotAllowed() {
        try (ProxyProcess open = start("0", "--admin-host=0.0.0.0")) {
            browser.open(page(open));
            awaitText("#changes", "Changes are not allowed here", "ADMIN_HOST");
            assertThat((Long) browser.run("return document.querySelectorAll('#drop-all, #drop-prefix').length"))
                    .isZero();
            browser.assertNoComplaints();
            browser.open("about:blank");
        }
    }

    @Test
    void fitsATelephone() {
        browser.run("window.fits = () => document.documentElement.scrollWidth <= window.innerWidth");
        assertThat(browser.run("return window.fits()")).isEqualTo(true);
        browser.resize(390, 844);
        await().until(() -> Boolean.TRUE.equals(browser.run("return window.fits()")));
        browser.resize(1440, 1000);
        browser.assertNoComplaints();
    }

    private String entry(String key) {
        return new AdminClient(admin()).get("/api/v1/entry?key=" + key).body();
    }

    private Address admin() {
        return Address.loopback(Integer.parseInt(page(proxy).replaceAll(".*:(\\d+)/", "$1")));
    }

    private static void awaitText(String css, String... parts) {
        await().atMost(BEFORE_LONG)
                .untilAsserted(() -> assertThat(browser.text(css)).as(css).contains(parts));
    }
}
