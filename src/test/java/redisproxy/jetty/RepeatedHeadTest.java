package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;
import redisproxy.auth.Authority;
import redisproxy.fixtures.TestUsers;
import redisproxy.http.BrowserPolicy;
import redisproxy.testkit.HttpConnection;

final class RepeatedHeadTest {
    private final Authority authority = Authority.open();
    private final RepeatedHead repeated =
            new RepeatedHead(new LearnedHeads(), authority, BrowserPolicy.OWN_PAGES, List::of);

    @Test
    void remembersWhatMustNotBeRepeated() {
        byte[] request = HttpConnection.request("GET /k", "Pragma: no-cache").toArray();
        byte[] two = twice(request);
        assertThat(repeated.propose(two, 0, two.length)).isEqualTo(request.length);
        repeated.parsed(HttpFields.build().add(HttpHeader.PRAGMA, "no-cache"), /* isWhole= */ true);
        assertThat(repeated.propose(two, 0, two.length)).isEqualTo(two.length);
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
