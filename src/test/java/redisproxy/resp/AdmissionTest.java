package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class AdmissionTest {
    private final RunningResp resp = new RunningResp();

    @AfterEach
    void stop() {
        resp.close();
    }

    @Test
    void refusesConnectionsOverTheLimit() {
        List<RespClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < RunningResp.MAX_CONNECTIONS; i++) {
                RespClient client = resp.connect();
                clients.add(client);
                assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
            try (RespClient excess = resp.connect()) {
                assertThat(excess.readToEnd().asUtf8()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            try (RespClient excess = resp.connect()) {
                excess.send(RespClient.encode("PING"));
                assertThat(excess.readToEnd().asUtf8()).isEqualTo("-ERR max number of clients reached\r\n");
            }
            assertThat(resp.stats().rejected()).isEqualTo(2);
            assertThat(resp.stats().accepted()).isEqualTo(RunningResp.MAX_CONNECTIONS);
            clients.remove(0).close();
            Traffic.awaitConnected(clients.get(0), RunningResp.MAX_CONNECTIONS - 1);
            try (RespClient again = resp.connect()) {
                assertThat(again.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
        } finally {
            clients.forEach(RespClient::close);
        }
    }
}
