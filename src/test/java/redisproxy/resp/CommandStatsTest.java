package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.resp.CommandResult.ABSENT;
import static redisproxy.resp.CommandResult.BYPASS;
import static redisproxy.resp.CommandResult.ERROR;
import static redisproxy.resp.CommandResult.HIT;
import static redisproxy.resp.CommandResult.MISS;
import static redisproxy.resp.CommandResult.OK;
import static redisproxy.resp.CommandResult.REFUSED;
import static redisproxy.resp.CommandResult.STALE;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.Asker;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ManualTicker;
import redisproxy.measure.HitTimer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CommandStatsTest {
    private static final Duration TTL = Duration.ofMinutes(1);

    private final ManualTicker ticker = new ManualTicker();
    private final RunningResp resp =
            new RunningResp(new CacheConfig(100, TTL, 100, TTL, /* staleIfError= */ TTL, Duration.ZERO, null), ticker);
    private final RespClient client = resp.connect();

    @AfterEach
    void stop() {
        client.close();
        resp.close();
    }

    @Test
    void nothingIsTold() {
        assertThat(resp.stats().byCommand()).isEmpty();
        assertThat(resp.stats().commands()).isZero();
    }

    @Test
    void getByResult() {
        resp.store.put("k", "value");
        resp.store.refuse("bad", BackingStoreException.unavailable("no answer", null));
        client.call("GET", "k");
        client.call("GET", "k");
        client.call("GET", "k");
        client.call("GET", "none");
        client.call("GET", "none");
        client.call("GET", "bad");
        ticker.advance(TTL);
        resp.store.refuse("k", BackingStoreException.unavailable("no answer", null));
        client.call("GET", "k");
        assertThat(results("get"))
                .containsOnly(
                        Map.entry(HIT, 2L),
                        Map.entry(MISS, 2L),
                        Map.entry(ABSENT, 1L),
                        Map.entry(ERROR, 1L),
                        Map.entry(STALE, 1L));
        assertThat(of("get").calls()).isEqualTo(7);
        assertThat(of("get").failed()).isEqualTo(1);
        assertThat(of("get").rejected()).isZero();
    }

    @Test
    void staleWhileLoadedAgain() {
        try (RunningResp renewing = new RunningResp(
                        new CacheConfig(100, TTL, 100, Duration.ZERO, Duration.ZERO, TTL, null), ticker);
                RespClient reader = renewing.connect()) {
            renewing.store.put("k", "value");
            reader.call("GET", "k");
            ticker.advance(TTL);
            renewing.store.hold();
            reader.call("GET", "k");
            reader.call("MGET", "k");
            assertThat(of(renewing, "get").count(STALE)).isEqualTo(1);
            assertThat(of(renewing, "mget").count(STALE)).isEqualTo(1);
        }
    }

    @Test
    void pipelinedGetsCountEach() {
        resp.store.put("k", "value");
        client.call("GET", "k");
        int more = 1000;
        byte[] one = RespClient.encode("GET", "k").toArray();
        byte[] all = new byte[one.length * more];
        for (int i = 0; i < more; i++) {
            System.arraycopy(one, 0, all, i * one.length, one.length);
        }
        client.send(Bytes.of(all));
        for (int i = 0; i < more; i++) {
            client.read();
        }
        assertThat(results("get")).containsOnly(Map.entry(HIT, 1000L), Map.entry(MISS, 1L));
        assertThat(resp.stats().commands()).isEqualTo(1001);
    }

    @Test
    void theFirstOfPipelinedMissesIsTimedForAll() {
        int misses = 10;
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < misses; i++) {
            all.append(RespClient.encode("GET", "none " + i).asUtf8());
        }
        client.send(Bytes.utf8(all.toString()));
        for (int i = 0; i < misses; i++) {
            client.read();
        }
        assertThat(results("get")).containsOnly(Map.entry(MISS, (long) misses));
        assertThat(of("get").durations().count()).isEqualTo(misses);
    }

    @Test
    void hitsAreTimedInSamples() {
        resp.store.put("k", "value");
        client.call("GET", "k");
        int hits = 64 * HitTimer.ONE_OF;
        for (int i = 0; i < hits; i++) {
            client.call("GET", "k");
        }
        // The first sample comes anywhere in the first of the periods.
        assertThat(of("get").durations().count()).isBetween(hits - HitTimer.ONE_OF + 1L, hits + HitTimer.ONE_OF + 1L);
        assertThat(of("get").durations().sumNanos()).isPositive();
    }

    @Test
    void missesAreTimedToTheirReply() {
        resp.store.hold();
        client.send(RespClient.encode("GET", "k"));
        resp.store.awaitHeld(1);
        long held = System.nanoTime();
        Awaitility.await()
                .until(() -> System.nanoTime() - held > Duration.ofMillis(50).toNanos());
        resp.store.release();
        client.read();
        assertThat(of("get").durations().count()).isEqualTo(1);
        assertThat(of("get").durations().sumNanos())
                .isGreaterThan(Duration.ofMillis(49).toNanos());
    }

    @Test
    void manyKeysHaveOneResult() {
        resp.store.put("k", "value").put("other", "value");
        client.call("MGET", "k", "none");
        client.call("MGET", "k", "none");
        client.call("MGET", "none", "none");
        client.call("MGET", "k", "other", "none");
        assertThat(results("mget")).containsOnly(Map.entry(MISS, 2L), Map.entry(HIT, 1L), Map.entry(ABSENT, 1L));
    }

    @Test
    void whatIsAskedOfRedisBypassesTheCache() {
        client.call("EXISTS", "k");
        client.call("STRLEN", "k");
        client.call("TTL", "k");
        assertThat(results("exists")).containsOnly(Map.entry(BYPASS, 1L));
        assertThat(results("strlen")).containsOnly(Map.entry(BYPASS, 1L));
        // The store of the test answers no such question.
        assertThat(results("ttl")).containsOnly(Map.entry(ERROR, 1L));
    }

    @Test
    void otherCommands() {
        client.call("PING");
        client.call("PING", "a", "b");
        client.call("CLIENT", "ID");
        client.call("CLIENT", "LIST");
        client.call("SELECT", "77");
        assertThat(results("ping")).containsOnly(Map.entry(OK, 1L), Map.entry(ERROR, 1L));
        assertThat(results("client|id")).containsOnly(Map.entry(OK, 1L));
        assertThat(results("client|list")).containsOnly(Map.entry(OK, 1L));
        assertThat(results("select")).containsOnly(Map.entry(ERROR, 1L));
        assertThat(of("client|list").durations().count()).isEqualTo(1);
    }

    @Test
    void refusedRequestsAreNotExecuted() {
        client.call("GET");
        client.call("NONSENSE");
        client.call("SET", "k", "v");
        client.call("CLIENT", "NONSENSE");
        client.call("ECHO", "x".repeat(RequestBounds.MAX_MESSAGE_BYTES + 1));
        assertThat(results("get")).containsOnly(Map.entry(REFUSED, 1L));
        assertThat(results(CommandStats.UNKNOWN)).containsOnly(Map.entry(REFUSED, 2L));
        assertThat(results("client")).containsOnly(Map.entry(REFUSED, 1L));
        assertThat(results("echo")).containsOnly(Map.entry(REFUSED, 1L));
        assertThat(of("get").calls()).isZero();
        assertThat(of("get").rejected()).isEqualTo(1);
        assertThat(of("get").durations().count()).isZero();
    }

    @Test
    void unheardRequestsCount() {
        client.send(RespClient.encode("CLIENT", "REPLY", "OFF"));
        client.send(RespClient.encode("GET", "k"));
        client.send(RespClient.encode("PING"));
        client.send(RespClient.encode("CLIENT", "REPLY", "ON"));
        assertThat(client.read()).isEqualTo(new Reply.Simple("OK"));
        assertThat(resp.stats().commands()).isEqualTo(4);
        assertThat(results("client|reply")).containsOnly(Map.entry(OK, 2L));
        assertThat(results("get")).containsOnly(Map.entry(OK, 1L));
    }

    @Test
    void whoLeavesIsCounted() {
        resp.store.hold();
        client.send(RespClient.encode("GET", "k"));
        resp.store.awaitHeld(1);
        client.close();
        resp.store.release();
        Awaitility.await().atMost(Address.PATIENCE).until(() -> resp.stats().commands() == 1);
        assertThat(results("get")).containsOnly(Map.entry(MISS, 1L));
    }

    @Test
    void loadsAreToldOfTheClient() {
        client.call("CLIENT", "SETNAME", "reader");
        client.call("GET", "one");
        client.call("MGET", "two", "three");
        Awaitility.await().atMost(Address.PATIENCE).until(() -> resp.loads.size() == 3);
        assertThat(resp.loads).allSatisfy(load -> {
            assertThat(load.asker().name()).isEqualTo("reader");
            assertThat(load.asker().address()).startsWith("127.0.0.1:");
        });
        assertThat(resp.loads).extracting(load -> load.asker()).containsOnly(first());
    }

    private Asker first() {
        return resp.loads.element().asker();
    }

    @Test
    void errorsByTheirCodes() {
        ErrorFigures errors = new ErrorFigures();
        for (int i = 0; i < 2 * ErrorFigures.MOST_CODES; i++) {
            errors.count("CODE" + i);
            errors.count("CODE0");
        }
        errors.count("X".repeat(1000));
        assertThat(errors.counts()).hasSize(ErrorFigures.MOST_CODES).containsEntry("CODE1", 1L);
        assertThat(errors.counts().get("CODE0")).isEqualTo(2L * ErrorFigures.MOST_CODES + 1);
    }

    private Map<CommandResult, Long> results(String command) {
        Map<CommandResult, Long> results = new HashMap<>();
        Arrays.stream(CommandResult.values())
                .filter(each -> of(command).count(each) > 0)
                .forEach(each -> results.put(each, of(command).count(each)));
        return results;
    }

    private CommandStats of(String command) {
        return of(resp, command);
    }

    private static CommandStats of(RunningResp port, String command) {
        return port.stats().byCommand().stream()
                .filter(each -> each.name().equals(command))
                .findFirst()
                .orElseThrow();
    }
}
