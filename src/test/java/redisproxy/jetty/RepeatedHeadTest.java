package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import redisproxy.auth.Authority;
import redisproxy.fixtures.TestUsers;
import redisproxy.http.AllowedHosts;
import redisproxy.http.BrowserPolicy;
import redisproxy.http.Browsers;
import redisproxy.testkit.HttpConnection;

final class RepeatedHeadTest {
    private final Authority authority = Authority.open();
    private final Browsers browsers = new Browsers(BrowserPolicy.OWN_PAGES);
    private final RepeatedHead repeated = new RepeatedHead(new RepeatableHeads(browsers), authority, List::of);

    @Test
    void remembersWhatMustNotBeRepeated() {
        byte[] request = HttpConnection.request("GET /k", "Pragma: no-cache").toArray();
        byte[] two = twice(request);
        assertThat(repeated.propose(two, 0, two.length)).isEqualTo(request.length);
        repeated.parsed(HttpFields.build().add(HttpHeader.PRAGMA, "no-cache"), /* isWhole= */ true);
        assertThat(repeated.propose(two, 0, two.length)).isEqualTo(two.length);
    }

    @Test
    void forgetsWhatAnotherPolicyForBrowsersRefuses() {
        byte[] request = HttpConnection.request("GET /k").toArray();
        HttpFields fields = HttpFields.build().add(HttpHeader.HOST, "cache.example");
        repeated.propose(request, 0, request.length);
        repeated.parsed(fields, /* isWhole= */ true);
        assertThat(repeated.match(request, 0, request.length)).isEqualTo(request.length);

        browsers.change(new BrowserPolicy(List.of(), AllowedHosts.of(List.of("other.example"))));
        assertThat(repeated.match(request, 0, request.length)).isEqualTo(RepeatedHead.NONE);
        repeated.propose(request, 0, request.length);
        repeated.parsed(fields, /* isWhole= */ true);
        assertThat(repeated.match(request, 0, request.length)).isEqualTo(RepeatedHead.NONE);
    }

    /** The section is proposed again, since nothing of it is kept. */
    @Test
    void keepsNoCredentialsThatProveNobody() {
        authority.replace(TestUsers.of("user alice on >a ~* +@all"));
        byte[] request =
                HttpConnection.request("GET /k", "Authorization: Bearer token").toArray();
        byte[] two = twice(request);
        for (int i = 0; i < 3; i++) {
            assertThat(repeated.match(two, 0, two.length)).isEqualTo(RepeatedHead.NONE);
            assertThat(repeated.propose(two, 0, two.length)).isEqualTo(request.length);
            repeated.parsed(HttpFields.build().add(HttpHeader.AUTHORIZATION, "Bearer token"), /* isWhole= */ true);
        }
    }

    private static byte[] twice(byte[] request) {
        byte[] two = new byte[2 * request.length];
        System.arraycopy(request, 0, two, 0, request.length);
        System.arraycopy(request, 0, two, request.length, request.length);
        return two;
    }
}
