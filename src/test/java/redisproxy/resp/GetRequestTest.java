package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GetRequestTest {
    @Test
    void recognisesGetInAnyCase() {
        assertThat(GetRequest.matches(ExecutedCommands.request("GET", "k"))).isTrue();
        assertThat(GetRequest.matches(ExecutedCommands.request("gEt", ""))).isTrue();
        assertThat(GetRequest.matches(ExecutedCommands.request("get"))).isFalse();
        assertThat(GetRequest.matches(ExecutedCommands.request("get", "a", "b")))
                .isFalse();
        assertThat(GetRequest.matches(ExecutedCommands.request("gets", "k"))).isFalse();
        assertThat(GetRequest.matches(ExecutedCommands.request("set", "k"))).isFalse();
    }
}
