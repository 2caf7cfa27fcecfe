package redisproxy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The parsing and arithmetic behind the figures, where an error would go unnoticed. */
final class HarnessTest {
    @Test
    void readsRedisBenchmark() {
        String csv = """
                "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
                "get key:__rand_int__","50000.00","0.254","0.072","0.231","0.407","0.519","0.887"
                """;
        assertThat(RedisBenchmark.parse(csv, 100_000)).isEqualTo(new Load.Outcome(100_000, 2.0, 0.231, 0.519));
    }

    @Test
    void readsWrk() {
        assertThat(Wrk.parse("Running 3s test\nresult requests=300000 micros=3000000 errors=0 p50=400 p99=1250\n"))
                .isEqualTo(new Load.Outcome(300_000, 3.0, 0.4, 1.25));
    }

    @Test
    void readsH2load() {
        String out = """
                finished in 2.00s, 150000.00 req/s, 13.00MB/s
                requests: 300100 total, 300100 started, 300000 done, 300000 succeeded, 0 failed, 0 errored, 0 timeout
                """;
        assertThat(H2load.parse(out, List.of("1\t200\t300", "2\t200\t100", "3\t200\t200")))
                .isEqualTo(new Load.Outcome(300_000, 2.0, 0.2, 0.2));
        assertThatExceptionOfType(BenchException.class)
                .isThrownBy(() -> H2load.parse(out.replace("0 errored", "1 errored"), List.of()));
    }

    @Test
    void refusesWhatWentWrong() {
        assertThatExceptionOfType(BenchException.class)
                .isThrownBy(() -> Wrk.parse("result requests=3 micros=3 errors=1 p50=4 p99=5"));
        assertThatExceptionOfType(BenchException.class).isThrownBy(() -> RedisBenchmark.parse("", 1));
    }

    @Test
    void findsTicksBehindAnyName() {
        String stat = "42 (a ) b) S 1 42 42 0 -1 4194560 100 0 0 0 250 75 9 9 20 0 1 0 100 1 1";
        assertThat(CpuClock.ticks(stat)).isEqualTo(325);
    }

    @Test
    void readsVarnishstat() {
        assertThat(CachedLoad.parse("MAIN.cache_miss        100000         2.51 Cache misses\n"))
                .isEqualTo(100_000);
        assertThatExceptionOfType(BenchException.class).isThrownBy(() -> CachedLoad.parse("No such counter\n"));
    }

    @Test
    void asksRedisAsOftenAsARowSays() {
        assertThat(Row.HTTP_HIT_VARNISH.peersLoads()).isEqualTo(Row.Loads.NONE);
        assertThat(Row.RESP_HIT_P1.peersLoads()).isEqualTo(Row.Loads.VALUES);
        assertThat(Row.RESP_MISS_ABSENT_P1.peersLoads()).isEqualTo(Row.Loads.NOTHING);
        assertThat(Row.RESP_SET_P16.peersLoads()).isEqualTo(Row.Loads.WRITES);
        assertThat(Row.RESP_MIX_90_10.peersLoads()).isEqualTo(Row.Loads.TENTH_WRITES);
    }

    @Test
    void comparesACluster() {
        assertThat(Row.RESP_MISS_CLUSTER_P16.flag()).isEqualTo("resp-miss-cluster-p16");
        assertThat(Row.RESP_MISS_CLUSTER_P16.redis().targets().cpu()).isEqualTo(1.15);
        assertThat(Row.RESP_MISS_TLS_P1.programs()).containsExactly("nutcracker", "openssl", "nutcracker");
        assertThat(Row.H2_HIT.programs()).contains("h2load", "openssl");
        assertThat(Row.HTTPS_HIT.programs()).contains("openssl");
        assertThat(Row.RESP_MISS_P1.redis()).isEqualTo(Row.Redis.SERVER);
    }

    @Test
    void sharesSlotsEvenly() {
        assertThat(IntStream.of(0, 5_460, 5_461, 10_921, 10_922, 16_383).map(slot -> Cluster.holder(slot, 3)))
                .containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void leavesItsOwnConnectionOut() {
        String info = "connected_clients:9\r\nmaxclients:10000\r\ntotal_connections_received:41\r\n";
        assertThat(NodeClients.parse(info)).isEqualTo(new NodeClients.Count(40, 8));
        assertThatExceptionOfType(BenchException.class).isThrownBy(() -> NodeClients.parse("connected_clients:9\r\n"));
    }

    @Test
    void countsConnectionsSecondBySecond() {
        Accepted accepted = new Accepted(List.of(new NodeClients.Count(10, 2), new NodeClients.Count(20, 4)));
        accepted.add(List.of(new NodeClients.Count(13, 5), new NodeClients.Count(27, 11)));
        for (int second = 0; second < Accepted.LEVEL_SECONDS; second++) {
            assertThat(accepted.isLevel()).isFalse();
            accepted.add(List.of(new NodeClients.Count(14, 3), new NodeClients.Count(27, 4)));
        }
        assertThat(accepted.isLevel()).isFalse();
        accepted.add(List.of(new NodeClients.Count(14, 3), new NodeClients.Count(27, 4)));
        assertThat(accepted.isLevel()).isTrue();
        assertThat(accepted.mostInOneSecond()).isEqualTo(7);
        assertThat(accepted.showAccepted(2)).isEqualTo("1 / 0");
        assertThat(accepted.showAllAccepted()).isEqualTo("4 / 7");
        assertThat(accepted.showMostOpen()).isEqualTo("5 / 11");
        assertThat(accepted.showOpen(0)).isEqualTo("2 / 4");
        assertThat(accepted.table().toString().lines().skip(2).map(line -> line.replace(" ", "")))
                .containsExactly("|0||2/4|", "|1|3/7|5/11|", "|2|1/0|3/4|", "|7|0/0|3/4|");
    }

    @Test
    void levelIsThreeLikeSteps() {
        assertThat(Stats.isLevel(List.of(100.0, 102.0))).isFalse();
        assertThat(Stats.isLevel(List.of(1.0, 100.0, 102.0, 101.0))).isTrue();
        assertThat(Stats.isLevel(List.of(100.0, 104.0, 102.0))).isFalse();
    }

    @Test
    void takesTheMiddle() {
        assertThat(Stats.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Stats(1, 2, 3));
        assertThat(Stats.of(List.of(4.0, 1.0))).isEqualTo(new Stats(1, 2.5, 4));
    }

    @Test
    void comparesWithinARound() {
        assertThat(Stats.ofRatios(List.of(1.0, 10.0, 4.0), List.of(2.0, 10.0, 2.0)))
                .isEqualTo(new Stats(0.5, 1, 2));
    }

    @Test
    void keysAreAsRedisBenchmarkMakesThem() {
        assertThat(Data.SMALL.key(99_999)).isEqualTo("key:000000099999");
        assertThat(Data.BIG.value(7).size()).isEqualTo(100 * 1024);
    }
}
