package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsTest {
    private final RunningResp resp = new RunningResp(RunningResp.Transport.TLS);
    private final FakeStore store = resp.store;

    @AfterEach
    void stop() {
        resp.close();
    }

    @Test
    void answersMissThenHit() {
        store.put("Batman", "Superhero");
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("Batman"));
    }
}
