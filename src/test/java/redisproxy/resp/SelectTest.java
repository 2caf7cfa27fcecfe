package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

final class SelectTest {
    @Test
    void onlyTheServedDatabaseCanBeSelected() {
        RespConfig config = new RespConfig("127.0.0.1", 0, 5, Duration.ZERO, Duration.ofSeconds(60), 2);
        try (RunningResp port = new RunningResp(config);
                RespClient client = port.connect()) {
            assertThat(client.call("SELECT", "2")).isEqualTo(new Reply.Simple("OK"));
            assertThat(client.call("SELECT", "0"))
                    .isEqualTo(new Reply.Failure("ERR DB index is out of range: this proxy serves database 2 only"));
            assertThat(((Reply.Bulk) client.call("CLIENT", "INFO")).bytes().asUtf8())
                    .contains(" db=2 ", " qbuf=26 ", " obl=0 oll=0 omem=0 ", " events=r ");
        }
    }
}
