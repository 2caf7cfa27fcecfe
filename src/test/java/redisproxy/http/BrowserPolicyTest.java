package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static redisproxy.http.BrowserPolicy.Verdict.OTHER_HOST;
import static redisproxy.http.BrowserPolicy.Verdict.OTHER_ORIGIN;
import static redisproxy.http.BrowserPolicy.Verdict.PLAIN;
import static redisproxy.http.BrowserPolicy.Verdict.SHARED;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BrowserPolicyTest {
    private static final BrowserPolicy LISTED = new BrowserPolicy(List.of("https://shop.example"), null);
    private static final BrowserPolicy ANY = new BrowserPolicy(List.of("*"), null);

    /** Judges a request for {@code proxy:5000} with these header lines. */
    private static BrowserPolicy.Verdict judge(BrowserPolicy policy, String... lines) {
        return judgeFor("proxy:5000", policy, lines);
    }

    private static BrowserPolicy.Verdict judgeFor(String host, BrowserPolicy policy, String... lines) {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines) {
            String[] parts = line.split(": ", 2);
            fields.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1]);
        }
        return policy.judge(host, name -> fields.getOrDefault(name, List.of()));
    }

    @Test
    void programsThatAreNoBrowsersAreAnswered() {
        assertThat(judge(BrowserPolicy.OWN_PAGES)).isEqualTo(PLAIN);
        assertThat(judgeFor(null, BrowserPolicy.OWN_PAGES)).isEqualTo(PLAIN);
        assertThat(judge(LISTED)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @CsvSource({
        "proxy:5000,http://proxy:5000",
        "Proxy:5000,http://proxy:5000",
        "proxy,http://proxy",
        "proxy:80,http://proxy",
        "proxy:443,https://proxy",
        "proxy,https://proxy",
        "[::1]:80,http://[::1]",
    })
    void ownPagesAreAnswered(String host, String origin) {
        assertThat(judgeFor(host, BrowserPolicy.OWN_PAGES, "Origin: " + origin)).isEqualTo(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "http://proxy",
                "http://proxy:5001",
                "http://proxy:50000",
                "http://xproxy:5000",
                "http://proxy.evil.example:5000",
                "https://evil.example",
                "proxy:5000",
                "",
                "https://shop.example.evil.example",
                "http://shop.example",
                "https://shop.example:8443",
                "https://SHOP.example"
            })
    void pagesOfOtherOriginsAreRefused(String origin) {
        assertThat(judge(BrowserPolicy.OWN_PAGES, "Origin: " + origin)).isEqualTo(OTHER_ORIGIN);
        assertThat(judge(LISTED, "Origin: " + origin)).isEqualTo(OTHER_ORIGIN);
        assertThat(judge(ANY, "Origin: " + origin)).isEqualTo(PLAIN);
    }

    @Test
    void severalOriginsAreNone() {
        assertThat(judge(LISTED, "Origin: https://shop.example", "Origin: https://evil.example"))
                .isEqualTo(OTHER_ORIGIN);
        assertThat(judge(LISTED, "Origin: https://shop.example", "Origin: https://shop.example"))
                .isEqualTo(OTHER_ORIGIN);
    }

    @Test
    void pagesOfListedOriginsMayRead() {
        assertThat(judge(LISTED, "Origin: https://shop.example")).isEqualTo(SHARED);
        assertThat(judge(LISTED, "Origin: https://shop.example", "Sec-Fetch-Site: cross-site"))
                .isEqualTo(SHARED);
    }

    @ParameterizedTest
    @CsvSource({
        "none,PLAIN",
        "same-origin,PLAIN",
        "same-site,OTHER_ORIGIN",
        "cross-site,OTHER_ORIGIN",
        "'',OTHER_ORIGIN"
    })
    void whatTheBrowserSaysOfThePageCounts(String site, BrowserPolicy.Verdict verdict) {
        assertThat(judge(BrowserPolicy.OWN_PAGES, "Sec-Fetch-Site: " + site)).isEqualTo(verdict);
        // In front of the proxy, the host may have been changed.
        assertThat(judge(BrowserPolicy.OWN_PAGES, "Sec-Fetch-Site: " + site, "Origin: https://www.example"))
                .isEqualTo(verdict);
        assertThat(judge(ANY, "Sec-Fetch-Site: " + site)).isEqualTo(PLAIN);
    }

    @Test
    void aFollowedLinkIsAnswered() {
        String[] link = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"};
        assertThat(judge(BrowserPolicy.OWN_PAGES, link)).isEqualTo(PLAIN);
        String[] form = {
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: document",
            "Origin: https://evil.example"
        };
        assertThat(judge(BrowserPolicy.OWN_PAGES, form)).isEqualTo(OTHER_ORIGIN);
    }

    @ParameterizedTest
    @CsvSource({
        "navigate,iframe",
        "navigate,frame",
        "navigate,object",
        "navigate,embed",
        "no-cors,image",
        "no-cors,script",
        "cors,empty",
        "no-cors,document"
    })
    void whatAPageEmbedsIsRefused(String mode, String destination) {
        assertThat(judge(
                        LISTED,
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Mode: " + mode,
                        "Sec-Fetch-Dest: " + destination))
                .isEqualTo(OTHER_ORIGIN);
    }

    @Test
    void otherHostsAreRefusedWhateverThePage() {
        BrowserPolicy policy = new BrowserPolicy(List.of("*"), AllowedHosts.of(List.of("proxy")));
        assertThat(judge(policy)).isEqualTo(PLAIN);
        assertThat(judgeFor("127.0.0.1:5000", policy)).isEqualTo(PLAIN);
        assertThat(judgeFor(null, policy)).isEqualTo(PLAIN);
        assertThat(judgeFor("evil.example:5000", policy)).isEqualTo(OTHER_HOST);
        assertThat(judgeFor("evil.example:5000", policy, "Sec-Fetch-Site: same-origin"))
                .isEqualTo(OTHER_HOST);
    }

    @Test
    void everyAnswerTellsCachesThatOriginsDiffer() {
        assertThat(BrowserPolicy.OWN_PAGES.commonHeaders()).isEmpty();
        assertThat(LISTED.commonHeaders()).containsExactly(Map.entry("Vary", "Origin"));
        assertThat(ANY.commonHeaders())
                .containsEntry("Access-Control-Allow-Origin", "*")
                .doesNotContainKey("Vary");
    }

    @Test
    void readsOriginsAsBrowsersWriteThem() {
        assertThat(BrowserPolicy.origins(List.of(
                        "HTTPS://Shop.Example:443",
                        "http://a:80",
                        "http://a:8080",
                        "https://a:80",
                        "http://[::1]:3000",
                        "chrome-extension://abc")))
                .containsExactly(
                        "https://shop.example",
                        "http://a",
                        "http://a:8080",
                        "https://a:80",
                        "http://[::1]:3000",
                        "chrome-extension://abc");
        assertThat(BrowserPolicy.origins(List.of("*"))).containsExactly("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "shop.example",
                "https://",
                "https://shop.example/",
                "https://*.example",
                "https://a b",
                "https://u@a",
                "https://a:x",
                "https://a:123456",
                "://a",
                "https://[x]"
            })
    void refusesWhatIsNoOrigin(String text) {
        assertThatThrownBy(() -> BrowserPolicy.origins(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'%s' is no origin (expected: ", text);
    }

    @Test
    void answersBeforeAJudgementAreForListedPagesToo() {
        String listed = LISTED.origins().get(0);
        assertThat(LISTED.headersUnjudged(listed))
                .containsEntry("Vary", "Origin")
                .containsEntry("Access-Control-Allow-Origin", listed);
        assertThat(LISTED.headersUnjudged("https://other.example")).containsExactly(Map.entry("Vary", "Origin"));
        assertThat(LISTED.headersUnjudged(null)).containsExactly(Map.entry("Vary", "Origin"));
        assertThat(ANY.headersUnjudged("https://other.example")).containsEntry("Access-Control-Allow-Origin", "*");
        assertThat(BrowserPolicy.OWN_PAGES.headersUnjudged(listed)).isEmpty();
    }

    @Test
    void allAndSomeIsRefused() {
        assertThatThrownBy(() -> BrowserPolicy.origins(List.of("https://a", "*")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'*' alone");
    }
}
