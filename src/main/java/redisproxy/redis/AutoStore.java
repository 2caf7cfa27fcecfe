package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.Load;
import redisproxy.cache.Origins;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingConfig;
import redisproxy.upstream.Question;

/**
 * A store for a server of which only the address is known. It asks that server what it is as soon as it answers. One that
 * stands alone is asked for all keys, as it has been until then. A node of a Cluster leads to the others. Thread-safe.
 */
final class AutoStore implements RedisStore, Rerouting {
    private static final Logger LOG = LoggerFactory.getLogger(AutoStore.class);

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    private final RedisConfig config;
    private final NodeAddress address;
    private final @Nullable TrackingConfig tracking;
    private final StandaloneStore alone;
    private final Postponed postponed = new Postponed(this::send);
    private final Thread thread = new Thread(this::run, "redis-proxy-mode");

    private volatile @Nullable ClusterStore cluster;
    private volatile boolean isAlone;

    @GuardedBy("this")
    private @Nullable Origins origins;

    @GuardedBy("this")
    private @Nullable ControlConnection connection;

    @GuardedBy("this")
    private boolean isClosed;

    /** Makes a store that takes requests over, and sends them once it is started. */
    AutoStore(RedisConfig config, NodeAddress address, @Nullable TrackingConfig tracking) {
        this.config = config;
        this.address = address;
        this.tracking = tracking;
        this.alone = new StandaloneStore(config.node(address), tracking, Tracker.REFUSED_PAUSE, this);
        thread.setDaemon(true);
    }

    @Override
    public void start(Origins followed) {
        synchronized (this) {
            origins = followed;
        }
        alone.start(followed);
        thread.start();
    }

    private RedisStore present() {
        ClusterStore found = cluster;
        return found == null ? alone : found;
    }

    @Override
    public void load(List<? extends Load> loads) {
        present().load(loads);
    }

    @Override
    public void ask(Question question) {
        present().ask(question);
    }

    @Override
    public void ask(List<Question> questions) {
        present().ask(questions);
    }

    private void send(KeyRequest request) {
        ClusterStore found = cluster;
        if (found == null) {
            alone.send(request);
        } else {
            found.send(request);
        }
    }

    /* --------------- Finding out --------------- */

    private void run() {
        long pause = FIRST_PAUSE_MILLIS;
        try {
            while (!isKnown()) {
                Thread.sleep(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1));
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks the server what it is; returns false if it does not answer. */
    private boolean isKnown() {
        ControlConnection asked = new ControlConnection(config.node(address));
        synchronized (this) {
            if (isClosed) {
                return true;
            }
            connection = asked;
        }
        try {
            asked.open();
            become(mode(asked));
            return true;
        } catch (RuntimeException e) {
            LOG.debug("Asking {} what it is failed", address, e);
            return false;
        } finally {
            asked.abort();
        }
    }

    private static String mode(ControlConnection asked) {
        try {
            String mode = asked.info("server", "redis_mode");
            return mode == null ? "standalone" : mode;
        } catch (JedisDataException e) {
            if (Refusals.isForGood(e)) {
                // A user that may not ask is taken to be one of a server that stands alone.
                return "standalone";
            }
            throw e;
        }
    }

    private void become(String mode) {
        if (mode.equals("cluster")) {
            LOG.info("Redis at {} is a node of a Cluster (REDIS_MODE=cluster says so from the start)", address);
            follow();
        } else {
            LOG.info("Redis at {} is one server ({})", address, mode);
        }
        isAlone = cluster == null;
    }

    private void follow() {
        Topology.Cluster seeds = new Topology.Cluster(List.of(address));
        ClusterStore found = new ClusterStore(config, seeds, tracking, Tracker.REFUSED_PAUSE);
        Origins followed;
        synchronized (this) {
            followed = origins;
            if (isClosed || followed == null) {
                found.close();
                return;
            }
            found.start(followed);
            cluster = found;
        }
        alone.retire();
        followed.origin().close();
    }

    /* --------------- What the server refers to others --------------- */

    @Override
    public boolean takesOver(Request request, String error) {
        if (isAlone || !(request instanceof KeyRequest keyed) || keyed.hops() >= ClusterStore.MAX_HOPS) {
            return false;
        }
        Redirect redirect = Redirect.of(error, address);
        if (redirect == null || redirect.address() == null) {
            return false;
        }
        postponed.add(keyed.referred(/* asking= */ false));
        return true;
    }

    @Override
    public void takeOver(List<Request> unfinished) {
        for (Request request : unfinished) {
            if (request instanceof KeyRequest keyed) {
                send(keyed);
            }
        }
    }

    @Override
    public void serverFailed() {}

    /* --------------- Figures --------------- */

    @Override
    public StoreStats stats() {
        return present().stats();
    }

    @Override
    public @Nullable String lostThread() {
        return present() instanceof ClusterStore found ? found.lostThread() : alone.lostThread();
    }

    @Override
    public void close() {
        ControlConnection asking;
        synchronized (this) {
            isClosed = true;
            asking = connection;
        }
        thread.interrupt();
        if (asking != null) {
            asking.abort();
        }
        postponed.close();
        present().close();
    }
}
