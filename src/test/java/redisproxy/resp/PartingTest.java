package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PartingTest {
    private final Session session = new Session(1, "127.0.0.1:1", /* isLocal= */ true, "127.0.0.1:2", 0);

    @ParameterizedTest
    @ValueSource(strings = {"get", "mget", "ttl", "exists", "dbsize"})
    void aRequestForDataIsServed(String command) {
        session.executing(command);
        assertThat(Parting.hasServed(session)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping", "hello", "auth", "select", "client|setinfo", "client|setname", "client"})
    void aCheckOrAHandshakeHasARequestBehindIt(String command) {
        session.executing(command);
        assertThat(Parting.hasServed(session)).isFalse();
    }

    @Test
    void quietAfterATenthOfASecond() {
        session.active(0);
        session.executing("ping");
        assertThat(Parting.isQuiet(session, TimeUnit.MILLISECONDS.toNanos(99))).isFalse();
        assertThat(Parting.isQuiet(session, TimeUnit.MILLISECONDS.toNanos(100))).isTrue();
    }

    @Test
    void aNewConnectionHasMoreTime() {
        session.active(0);
        assertThat(Parting.hasServed(session)).isFalse();
        assertThat(Parting.isQuiet(session, TimeUnit.MILLISECONDS.toNanos(399))).isFalse();
        assertThat(Parting.isQuiet(session, TimeUnit.MILLISECONDS.toNanos(400))).isTrue();
    }
}
