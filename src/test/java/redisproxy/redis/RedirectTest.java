package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedirectTest {
    private static final NodeAddress ASKED = new NodeAddress("10.0.0.1", 6379);

    @ParameterizedTest
    @CsvSource({
        "MOVED 3999 127.0.0.1:6381, MOVED, 127.0.0.1, 6381",
        "ASK 0 127.0.0.1:6381, ASK, 127.0.0.1, 6381",
        "MOVED 16383 redis-2.example:1, MOVED, redis-2.example, 1",
        "MOVED 1 ::1:7002, MOVED, ::1, 7002",
        "MOVED 1 :6381, MOVED, 10.0.0.1, 6381",
        "MOVED 1 ?:6381, MOVED, 10.0.0.1, 6381",
    })
    void namesTheNode(String error, Redirect.Kind kind, String host, int port) {
        assertThat(Redirect.of(error, ASKED)).isEqualTo(new Redirect(kind, new NodeAddress(host, port)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "LOADING Redis is loading the dataset in memory",
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."
            })
    void passes(String error) {
        assertThat(Redirect.of(error, ASKED)).isEqualTo(new Redirect(Redirect.Kind.LATER, null));
    }

    @Test
    void passesUnlessTheClusterIsDown() {
        assertThat(Redirect.of("CLUSTERDOWN Hash slot not served", ASKED))
                .isEqualTo(new Redirect(Redirect.Kind.DOWN, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ERR unknown command",
                "WRONGTYPE Operation against a key holding the wrong kind of value",
                "MOVED",
                "MOVED 1",
                "MOVED x 127.0.0.1:6381",
                "MOVED 16384 127.0.0.1:6381",
                "MOVED 99999 127.0.0.1:6381",
                "MOVED 1 127.0.0.1:0",
                "MOVED 1 127.0.0.1:65536",
                "MOVED 1 127.0.0.1",
                "MOVED 1 127.0.0.1:6381 more",
                "LOADINGS"
            })
    void isTheAnswer(String error) {
        assertThat(Redirect.of(error, ASKED)).isNull();
    }

    @Test
    void isCaseSensitiveAsRedisIs() {
        assertThat(Redirect.of("moved 1 127.0.0.1:1", ASKED)).isNull();
    }
}
