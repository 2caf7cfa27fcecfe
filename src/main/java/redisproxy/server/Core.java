package redisproxy.server;

import jakarta.servlet.ServletContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import redisproxy.admin.AdminConfig;
import redisproxy.admin.AdminServer;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.StoreStats;
import redisproxy.measure.EventKind;
import redisproxy.measure.Events;
import redisproxy.redis.LoadTimeout;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.RedisStore;
import redisproxy.redis.RedisStores;

/**
 * The composition of the proxy: Redis behind the cache, what clients reach, the admin port, and what watches over them. {@link ProxyServer}
 * runs it as a process, {@link ProxyContextListener} inside a servlet container. Start and close it on one thread; the rest is
 * thread-safe.
 */
final class Core implements AutoCloseable {
    /*
     * Each part needs only parts above it. What takes time comes first: the store starts, and what the admin port answers is made. Then ports are bound,
     * the admin port answers, and the ports serve, so that little happens between a port that is bound and the line that tells so. Lines of events are
     * held back until then: if a port cannot be bound, that is the only line. Parts close from the bottom.
     */
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /** A garbage collection of a large heap, or a burst of work, may take several seconds. */
    private static final Duration WATCH_LIMIT = Duration.ofSeconds(30);

    /** What a stop may take beyond draining. */
    private static final Duration BEYOND_DRAINING = Duration.ofSeconds(10);

    private final Reload reload;
    private final LogLevels levels;
    private volatile ProxyConfig config;
    private volatile Map<String, String> parameters;
    private final String threadsName;
    private final Outputs outputs;
    private final CachedRedis redis;
    private final Fronts fronts;
    private final Watchdog watchdog;
    private final Readiness readiness = new Readiness();
    private final AdminPort admin;
    private final StateWatch states;
    private final ConfigWatch configWatch;

    private Core(
            StartSettings start,
            CacheConfig cacheConfig,
            RedisStore store,
            LoadTimeout loadTimeout,
            Outputs outputs,
            String threadsName,
            Consumer<String> end) {
        this.config = start.config();
        this.parameters = ConfigParameters.of(config);
        this.levels = new LogLevels(config.log().level());
        this.outputs = outputs;
        this.redis = new CachedRedis(config, cacheConfig, store, loadTimeout, outputs);
        this.threadsName = threadsName;
        this.fronts = new Fronts(this::config, redis, outputs, threadsName, configSettings());
        this.reload = new Reload(start, outputs.log(), changeable());
        this.configWatch =
                new ConfigWatch(threadsName + "-config-watch", () -> ConfigWatch.files(start.source()), () -> {
                    Reloaded unused = reload("CONFIG_WATCH");
                });
        // The settings have just been read.
        this.configWatch.readsNow();
        this.watchdog = new Watchdog(WATCH_INTERVAL, WATCH_LIMIT, System::nanoTime, end);
        this.admin = new AdminPort(config.admin());
        this.states = new StateWatch(
                outputs.log(), Refusals.of(fronts.http(), fronts.resp(), fronts.clients(), outputs.accessLog()));
    }

    private ConfigSettings configSettings() {
        return new ConfigSettings(() -> parameters, () -> reload);
    }

    /**
     * Composes a proxy that serves both ports itself. Does not start it.
     *
     * @param end ends the proxy if it cannot go on; the text is the cause
     * @throws StartException if the cache does not fit into the heap
     * @throws ConfigException if a variable of OpenTelemetry has a value that is not accepted
     */
    static Core withBothPorts(StartSettings start, Consumer<String> end) {
        return compose(start, "redis-proxy", end, Fronts::addHttpPorts);
    }

    /**
     * Composes a proxy that serves RESP itself and has a servlet container serve HTTP. Does not start it.
     *
     * @param end is told if the proxy cannot go on; the text is the cause
     * @throws StartException if the cache does not fit into the heap
     * @throws ConfigException if a variable of OpenTelemetry has a value that is not accepted
     */
    static Core inContainer(StartSettings start, ServletContext context, Consumer<String> end) {
        return compose(start, "redis-proxy-resp", end, fronts -> fronts.register(context));
    }

    private static Core compose(
            StartSettings start, String threadsName, Consumer<String> end, Consumer<Fronts> addHttp) {
        ProxyConfig config = start.config();
        HeapRoom.check(config.cache(), Runtime.getRuntime().maxMemory());
        Outputs outputs = Outputs.open(config);
        RedisConfig redis = config.redis().withTimeout(config.redis().timeout());
        CacheConfig cache = config.cache().withOwnPrefixes();
        RedisStore store = RedisStores.open(redis, cache.tracking(), outputs.log());
        try {
            Core core = new Core(start, cache, store, redis.limit(), outputs, threadsName, end);
            addHttp.accept(core.fronts);
            core.fronts.addRespPorts();
            HeapRoom.warn(config.cache(), Runtime.getRuntime().maxMemory());
            return core;
        } catch (OutOfMemoryError e) {
            close(store, outputs);
            throw new StartException(
                    HeapRoom.tooManyEntries(config.cache(), Runtime.getRuntime().maxMemory()), e);
        } catch (RuntimeException | Error e) {
            // No other part holds threads or sockets before it starts.
            close(store, outputs);
            throw e;
        }
    }

    private static void close(RedisStore store, Outputs outputs) {
        store.close();
        outputs.close();
    }

    /**
     * Binds the ports, then serves. Does not wait for Redis.
     *
     * @throws StartException if a port cannot be bound; everything is closed then
     */
    void start() {
        try {
            Ports ports = ports();
            boolean isTakeover = config.takeover().reusesPorts();
            if (isTakeover) {
                // The other process has the clients until the cache is warm.
                ports.check();
            }
            redis.start();
            AdminFront front = new AdminFront(this, redis, fronts, events());
            boolean hasAdmin = config.admin().isOpen() || config.tls().adminPort() != AdminConfig.NO_PORT;
            AdminServer adminServer = hasAdmin ? front.server(readiness, watchdog) : null;
            outputs.telemetry().read(() -> front.registry(readiness));
            if (!isTakeover) {
                ports.bind();
            }
            outputs.begin();
            if (adminServer != null) {
                admin.open(adminServer);
            }
            redis.warm(threadsName);
            if (isTakeover) {
                redis.awaitWarm();
                ports.bind();
            }
            ports.server().start();
            watchdog.watch(vitals());
            states.start();
            fronts.watchCertificates();
            configWatch.every(config.configWatch());
            readiness.serving();
        } catch (StartException | Error e) {
            close();
            throw e;
        } catch (Exception e) {
            close();
            throw new StartException("cannot start: " + e.getMessage(), e);
        }
    }

    private List<Vital> vitals() {
        List<Vital> vitals = new ArrayList<>(ports().vitals());
        vitals.add(redis.store()::lostThread);
        vitals.add(MemoryVital.ofHeap(Runtime.getRuntime().maxMemory()));
        return vitals.stream()
                .<Vital>map(vital -> new ToldVital(vital, WATCH_LIMIT, outputs.log()))
                .toList();
    }

    /**
     * Reads the settings anew; {@code by} says what asked for it.
     *
     * @throws ConfigException if one is not accepted; nothing has changed then
     */
    Reloaded reload(String by) {
        configWatch.readsNow();
        return reload.run(by);
    }

    /** Returns what takes {@linkplain Setting#changesAtRunTime settings that can change} over. */
    private ChangeablePart changeable() {
        return new ChangeableParts(List.of(
                (from, to) -> () -> levels.follow(from.log().level(), to.log().level()),
                (from, to) -> fronts.prepare(to),
                (from, to) -> redis.prepare(to),
                (from, to) -> () -> outputs.change(to.log()),
                (from, to) -> () -> configWatch.every(to.configWatch()),
                (from, to) -> () -> {
                    parameters = ConfigParameters.of(to);
                    config = to;
                },
                (from, to) -> HeapRoom.prepare(redis.cache(), to.cache())));
    }

    /** Returns the level of the log. */
    LogLevels levels() {
        return levels;
    }

    /** Returns the configuration that applies. */
    ProxyConfig config() {
        return config;
    }

    /** Tells that the ports are open. */
    void tellStarted() {
        outputs.log().tell(EventKind.STARTED, "redis-proxy", toString());
        String warning =
                config.users().warningIfOpen(config.http().host(), config.resp().host());
        if (warning != null) {
            outputs.log().tell(EventKind.NO_PASSWORD, "redis-proxy", warning);
        }
    }

    /** Tells that the proxy has been told to stop; {@code text} says by what. */
    void tellStopping(String text) {
        outputs.log().tell(EventKind.STOPPING, "redis-proxy", text);
    }

    Ports ports() {
        return fronts.ports();
    }

    AdminPort admin() {
        return admin;
    }

    /** Tells at the admin port from now on that the proxy wants no more requests. It goes on serving. */
    void unready() {
        readiness.stopping();
    }

    /** Returns a snapshot of the store's figures. */
    StoreStats storeStats() {
        return redis.cache().storeStats();
    }

    /** Returns what has happened lately. */
    Events events() {
        return outputs.log().events();
    }

    /** Has the file of the access log opened anew; returns false if there is no access log. */
    boolean reopenAccessLog() {
        return outputs.reopenAccessLog();
    }

    /** Stops accepting, finishes requests in process for a bounded time, then closes all connections. Blocks. */
    @Override
    public void close() {
        readiness.stopping();
        configWatch.close();
        watchdog.expectStopWithin(Draining.limit(config.redis().timeout()).plus(BEYOND_DRAINING));
        ports().close();
        redis.close();
        outputs.close();
        watchdog.close();
        states.close();
        fronts.closeCertificates();
        admin.close();
    }

    /** Returns one line with the addresses and the main settings. */
    @Override
    public String toString() {
        return StartLine.of(ports().toString(), admin.toString(), config);
    }
}
