package redisproxy.admin.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.http.HttpStats;
import redisproxy.measure.DurationStats;
import redisproxy.measure.Durations;
import redisproxy.measure.EventLog;
import redisproxy.near.NearStats;
import redisproxy.net.ClientMemory;
import redisproxy.resp.CommandResult;
import redisproxy.resp.CommandStats;
import redisproxy.resp.RespStats;
import redisproxy.tls.CertificateInfo;
import redisproxy.upstream.PinStats;

/** Sources whose figures the test sets. */
final class FixedSources {
    final AtomicLong hits = new AtomicLong();
    final AtomicLong misses = new AtomicLong();
    final Durations gets = new Durations();
    final Durations loads = new Durations();

    Sources sources() {
        return new Sources(
                "1.0.0",
                () -> "serving",
                new ReadThroughCache(CacheConfig.defaults(), new FakeStore(), Ticker.system()),
                key -> null,
                () -> new HttpStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                this::resp,
                Map.of(),
                () -> DurationStats.NONE,
                loads::stats,
                ClientMemory.ofHeap(),
                most -> new Sources.Accessed(60, keys(most), List.of()),
                new EventLog().events(),
                new Sources.LogControl() {
                    @Override
                    public String level() {
                        return "info";
                    }

                    @Override
                    public boolean setLevel(String level) {
                        return false;
                    }

                    @Override
                    public long droppedLines() {
                        return 0;
                    }
                },
                List::of,
                () -> ReloadView.applied(List.of(), List.of()),
                () -> new CertificateInfo("CN=proxy", Instant.EPOCH, Instant.ofEpochSecond(2)));
    }

    private RespStats resp() {
        Map<CommandResult, Long> results = new EnumMap<>(CommandResult.class);
        results.put(CommandResult.HIT, hits.get());
        results.put(CommandResult.MISS, misses.get());
        return new RespStats(
                0,
                0,
                0,
                List.of(new CommandStats("get", results, gets.stats())),
                0,
                0,
                0,
                0,
                NearStats.NONE,
                PinStats.NONE);
    }

    private static List<Sources.AccessedKey> keys(int most) {
        List<Sources.AccessedKey> keys = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            keys.add(new Sources.AccessedKey(new byte[] {(byte) i}, true, 1, 0, 0));
        }
        return keys;
    }
}
