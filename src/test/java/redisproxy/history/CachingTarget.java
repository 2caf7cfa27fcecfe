package redisproxy.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import redisproxy.cache.BackingStore;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.Load;
import redisproxy.cache.LoadListener;
import redisproxy.cache.PendingWrite;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * The cache in front of Redis, without the proxy's ports and connections: a GET is answered from the cache, all else by Redis. It can write in
 * ways that are wrong, each of which the checker has to notice.
 */
final class CachingTarget implements Target, BackingStore {
    private static final int LOADERS = 2;
    private static final long PATIENCE_SECONDS = 15;

    /** What becomes of the keys of a write. */
    enum Writing {
        FENCED,
        /** They are dropped when the reply has come. */
        DROPPED_AFTER,
        /** They are dropped before the request is sent. */
        DROPPED_BEFORE,
        DROPPED_BEFORE_AND_AFTER,
        KEPT
    }

    private final Address redis;
    private final Writing writing;
    private final List<Loader> loaders =
            Stream.generate(Loader::new).limit(LOADERS).toList();
    private final AtomicInteger loads = new AtomicInteger();
    private final ReadThroughCache cache =
            new ReadThroughCache(new CacheConfig(100, Duration.ofHours(1)), this, Ticker.system());

    CachingTarget(Address redis, Writing writing) {
        this.redis = redis;
        this.writing = writing;
    }

    @Override
    public void close() {
        loaders.forEach(Loader::stop);
    }

    long hits() {
        return cache.stats().hits();
    }

    long pendingWrites() {
        return cache.stats().pendingWrites();
    }

    /* --------------- Loads --------------- */

    @Override
    public void load(List<? extends Load> all) {
        for (Load load : all) {
            loaders.get(Math.floorMod(loads.getAndIncrement(), LOADERS)).load(load);
        }
    }

    /** A thread with a connection. */
    private final class Loader {
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private RespClient connection;

        void load(Load load) {
            thread.execute(() -> {
                try {
                    answer(load);
                } catch (RuntimeException e) {
                    disconnect();
                    load.fail(BackingStoreException.unavailable("it broke", e));
                }
                load.flush();
            });
        }

        private void answer(Load load) {
            if (connection == null) {
                connection = RespClient.connect(redis);
            }
            load.sending();
            String key = Bytes.of(load.key()).asUtf8();
            List<Reply> replies =
                    RespTarget.call(connection, List.of(new String[] {"GET", key}, new String[] {"PTTL", key}));
            load.sent();
            long left = ((Reply.Whole) replies.get(1)).value();
            long life = left == -1 ? Load.UNLIMITED : left < 0 ? Load.UNKNOWN : TimeUnit.MILLISECONDS.toNanos(left);
            load.complete(
                    replies.get(0) instanceof Reply.Bulk bulk ? bulk.bytes().toArray() : null, life);
        }

        private void disconnect() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }

        void stop() {
            thread.execute(this::disconnect);
            thread.shutdown();
        }
    }

    /* --------------- Commands --------------- */

    @Override
    public Session open() {
        RespClient passing = RespClient.connect(redis);
        return new Session() {
            @Override
            public List<Reply> call(List<String[]> commands) {
                String[] first = commands.get(0);
                if (commands.size() == 1 && first[0].equals("GET")) {
                    return List.of(read(first[1]));
                }
                boolean isRead = List.of("MGET", "GETRANGE", "EXISTS").contains(first[0]);
                return isRead ? RespTarget.call(passing, commands) : write(passing, commands);
            }

            @Override
            public void close() {
                passing.close();
            }
        };
    }

    private Reply read(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        Entry entry = cache.getIfPresent(bytes, 0, bytes.length);
        if (entry != null) {
            return reply(entry);
        }
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        cache.load(bytes, new LoadListener() {
            @Override
            public void loaded(Entry loaded, Provenance provenance) {
                answer.complete(reply(loaded));
            }

            @Override
            public void failed(BackingStoreException cause) {
                answer.complete(new Reply.Failure("ERR " + cause.getMessage()));
            }
        });
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private static Reply reply(Entry entry) {
        int end = entry.valueOffset() + entry.valueLength();
        return entry.isAbsent()
                ? new Reply.Nil("$-1")
                : new Reply.Bulk(Bytes.of(Arrays.copyOfRange(entry.array(), entry.valueOffset(), end)));
    }

    private List<Reply> write(RespClient passing, List<String[]> commands) {
        List<byte[]> keys = new ArrayList<>();
        for (String[] command : commands) {
            int key = command[0].equals("EVAL") ? 3 : 1;
            if (key < command.length) {
                keys.add(command[key].getBytes(UTF_8));
            }
        }
        PendingWrite write = writing == Writing.FENCED ? cache.beginWrite(keys) : null;
        if (writing == Writing.DROPPED_BEFORE || writing == Writing.DROPPED_BEFORE_AND_AFTER) {
            keys.forEach(cache::invalidate);
        }
        List<Reply> replies;
        try {
            replies = RespTarget.call(passing, commands);
        } catch (RuntimeException e) {
            if (write != null) {
                write.endInDoubt();
            }
            throw e;
        }
        if (write != null) {
            write.end();
        }
        if (writing == Writing.DROPPED_AFTER || writing == Writing.DROPPED_BEFORE_AND_AFTER) {
            keys.forEach(cache::invalidate);
        }
        return replies;
    }
}
