package redisproxy.admin.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CacheStats;
import redisproxy.measure.DurationStats;
import redisproxy.resp.CommandStats;
import redisproxy.resp.RespStats;

/**
 * Takes a sample of the counts each second, and keeps what the charts show of the last ten minutes. Thread-safe; no method
 * blocks for long.
 */
public final class Recorder {
    /** Ten minutes: enough to see what has changed, in about 100 KB. */
    private static final int KEPT = 600;

    /** Seconds that the hit ratio of a port covers; fewer would jump with a few reads per second. */
    private static final int SHORT = 10;

    private static final int MINUTE = 60;

    private static final double MICROS_PER_SECOND = 1e6;

    private final Sources sources;
    private final LongSupplier millis;
    private final LongSupplier nanos;
    private final RecentDurations http = new RecentDurations();
    private final RecentDurations resp = new RecentDurations();
    private final RecentDurations loads = new RecentDurations();
    private final List<Point> points = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();

    /** How long Redis took with a load, when it answered last. */
    @GuardedBy("this")
    private double loadMicros;

    @GuardedBy("this")
    private double savedMicros;

    /**
     * What happens at one moment.
     *
     * @param recentHitRatio of the cache, in the last minute
     * @param loadsPerSecond loads that Redis has answered: those that are refused while it is away take no time and cost it nothing
     * @param savedSeconds what the hits since the start would have waited for, each as long as loads took at its time; null if no
     *     load has been measured
     */
    record Point(
            long time,
            double httpPerSecond,
            double respPerSecond,
            double hitsPerSecond,
            double loadsPerSecond,
            @Nullable Double httpHitRatio,
            @Nullable Double respHitRatio,
            @Nullable Double recentHitRatio,
            @Nullable Double savedSeconds,
            State.@Nullable Latency httpLatency,
            State.@Nullable Latency respLatency,
            State.@Nullable Latency loadLatency) {}

    /** Makes it; {@link #tick} is to be called each second. */
    public Recorder(Sources sources) {
        this(sources, System::currentTimeMillis, System::nanoTime);
    }

    Recorder(Sources sources, LongSupplier millis, LongSupplier nanos) {
        this.sources = sources;
        this.millis = millis;
        this.nanos = nanos;
        samples.add(sample(sources.resp().get(), sources.loadDurations().get()));
    }

    private Sample sample(RespStats respNow, DurationStats loadsNow) {
        CacheStats cache = sources.cache().stats();
        return new Sample(
                millis.getAsLong(),
                nanos.getAsLong(),
                PortCounts.of(sources.http().get()),
                PortCounts.of(respNow),
                cache.hits(),
                cache.misses(),
                loadsNow.count());
    }

    /** Takes a sample. */
    public synchronized void tick() {
        http.tick(sources.httpDurations().get());
        RespStats respNow = sources.resp().get();
        resp.tick(durations(respNow));
        DurationStats loadsNow = sources.loadDurations().get();
        loads.tick(loadsNow);
        Sample now = sample(respNow, loadsNow);
        Sample before = samples.get(samples.size() - 1);
        points.add(new Point(
                now.millis(),
                now.perSecond(before, each -> each.http().requests()),
                now.perSecond(before, each -> each.resp().requests()),
                now.perSecond(before, Sample::hits),
                now.perSecond(before, Sample::loads),
                ratio(
                        now,
                        SHORT,
                        each -> each.http().hits(),
                        each -> each.http().misses()),
                ratio(
                        now,
                        SHORT,
                        each -> each.resp().hits(),
                        each -> each.resp().misses()),
                ratio(now, MINUTE, Sample::hits, Sample::misses),
                saved(now.hits() - before.hits()),
                http.latency(),
                resp.latency(),
                loads.latency()));
        samples.add(now);
        keep(points, KEPT);
        keep(samples, MINUTE + 1);
    }

    @GuardedBy("this")
    private @Nullable Double saved(long hits) {
        State.Latency latency = loads.latency();
        if (latency != null) {
            loadMicros = latency.meanMicros();
        }
        savedMicros += hits * loadMicros;
        return loadMicros == 0 ? null : savedMicros / MICROS_PER_SECOND;
    }

    private static DurationStats durations(RespStats stats) {
        return stats.byCommand().stream()
                .filter(each -> each.name().equals(Sources.TIMED))
                .findFirst()
                .map(CommandStats::durations)
                .orElse(DurationStats.NONE);
    }

    private static void keep(List<?> list, int most) {
        if (list.size() > most) {
            list.remove(0);
        }
    }

    private @Nullable Double ratio(
            Sample now, int seconds, ToLongFunction<Sample> hits, ToLongFunction<Sample> misses) {
        Sample then = samples.get(Math.max(0, samples.size() - seconds));
        return Sample.ratio(
                hits.applyAsLong(now) - hits.applyAsLong(then), misses.applyAsLong(now) - misses.applyAsLong(then));
    }

    /** Returns what happens now, or null in the first second. */
    synchronized @Nullable Point latest() {
        return points.isEmpty() ? null : points.get(points.size() - 1);
    }

    /** Returns the columns that the charts draw, the oldest moment first. */
    synchronized History history() {
        return new History(
                column(Point::time),
                column(Point::httpPerSecond),
                column(Point::respPerSecond),
                column(Point::loadsPerSecond),
                column(Point::httpHitRatio),
                column(Point::respHitRatio),
                column(each -> p99(each.httpLatency())),
                column(each -> p99(each.respLatency())),
                column(each -> p99(each.loadLatency())));
    }

    private <T extends @Nullable Object> List<T> column(Function<Point, T> of) {
        List<T> values = new ArrayList<>(points.size());
        points.forEach(each -> values.add(of.apply(each)));
        return values;
    }

    private static @Nullable Double p99(State.@Nullable Latency latency) {
        return latency == null ? null : latency.p99Micros();
    }

    /** Columns of the same length; null is what is not known. */
    record History(
            List<Long> time,
            List<Double> httpPerSecond,
            List<Double> respPerSecond,
            List<Double> loadsPerSecond,
            List<@Nullable Double> httpHitRatio,
            List<@Nullable Double> respHitRatio,
            List<@Nullable Double> httpP99Micros,
            List<@Nullable Double> respP99Micros,
            List<@Nullable Double> loadP99Micros) {}
}
