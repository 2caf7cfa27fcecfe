package redisproxy.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.core.ThrowingRunnable;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.LoadReport;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Polling;
import redisproxy.upstream.AnswerListener;
import redisproxy.upstream.Question;

/** Caches in front of stores without tracking, which are closed together. */
final class StoreFixture implements AutoCloseable {
    private static final Pattern OWN_THREAD = Pattern.compile("redis-proxy-(loader|lane|watchdog|tracking|pin).*");

    static final Duration LONG = Duration.ofSeconds(10);
    static final Duration SHORT = Duration.ofMillis(400);

    /** How much later than its timeout a load may end: 100 ms by design, and what a busy machine adds. */
    static final long GRACE_MILLIS = 400;

    /** How the loads of all caches have gone. */
    final Queue<LoadReport> loads = new ConcurrentLinkedQueue<>();

    private final List<ReadThroughCache> caches = new ArrayList<>();

    /** Returns a cache in front of a store that has been started. */
    ReadThroughCache open(NodeConfig config) {
        StandaloneStore store = new StandaloneStore(config, null, new EventLog());
        ReadThroughCache cache = add(store);
        store.start(cache);
        return cache;
    }

    /** Returns a cache in front of a store that the test starts. */
    ReadThroughCache add(StandaloneStore store) {
        ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system(), loads::add);
        caches.add(cache);
        return cache;
    }

    static NodeConfig config(Address address, int poolSize, Duration timeout) {
        return node(address, Credentials.NONE, 0, poolSize, timeout);
    }

    static NodeConfig node(Address at, Credentials credentials, int database, int poolSize, Duration timeout) {
        return new NodeConfig(
                new NodeAddress(at.host(), at.port()),
                credentials,
                null,
                database,
                poolSize,
                timeout,
                ServerRole.ANY,
                /* isReadOnly= */ false);
    }

    static Outcome load(ReadThroughCache cache, String key) {
        return load(cache, Bytes.utf8(key));
    }

    static Outcome load(ReadThroughCache cache, Bytes key) {
        Outcome outcome = new Outcome();
        cache.load(key.toArray(), outcome);
        return outcome;
    }

    /** Returns the answer to a question, or the error instead of it. */
    static String ask(StandaloneStore store, Question.About about) {
        return ask(store, about, "k");
    }

    static String ask(RedisStore store, Question.About about, String key) {
        CompletableFuture<String> end = new CompletableFuture<>();
        store.ask(new Question(about, Bytes.utf8(key).toArray(), new AnswerListener() {
            @Override
            public void answered(long number) {
                end.complete(Long.toString(number));
            }

            @Override
            public void answered(String word) {
                end.complete(word);
            }

            @Override
            public void failed(String text) {
                end.complete(text);
            }

            @Override
            public void flush() {}

            @Override
            public Object recipient() {
                return this;
            }
        }));
        return end.orTimeout(Address.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** After an outage the next request may be refused at once, and one soon is let through: the first is made after 100 ms. */
    static void recovers(ThrowingRunnable request) {
        await().atMost(Address.PATIENCE).untilAsserted(request);
    }

    static void awaitNoThreads() {
        Polling.atMost(Address.PATIENCE).until(() -> ownThreads().isEmpty());
    }

    static List<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> OWN_THREAD.matcher(name).matches())
                .toList();
    }

    /** Closes the caches, and fails if a thread of theirs lives on. */
    @Override
    public void close() {
        caches.forEach(ReadThroughCache::close);
        awaitNoThreads();
    }
}
