package redisproxy.server;

import jakarta.servlet.ServletContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redisproxy.admin.AdminConfig;
import redisproxy.admin.AdminServer;
import redisproxy.auth.Authority;
import redisproxy.auth.LoginAttempts;
import redisproxy.auth.Users;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.LoadObserver;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.StoreStats;
import redisproxy.cache.Ticker;
import redisproxy.http.HttpConfig;
import redisproxy.http.WriteRules;
import redisproxy.http.Writer;
import redisproxy.jetty.HttpConnector;
import redisproxy.measure.Accesses;
import redisproxy.measure.EventKind;
import redisproxy.measure.Events;
import redisproxy.measure.LoadStats;
import redisproxy.net.ClientMemory;
import redisproxy.redis.LoadTimeout;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.RedisStore;
import redisproxy.redis.RedisStores;
import redisproxy.resp.InfoSection;
import redisproxy.resp.RespConfig;
import redisproxy.resp.RespConnector;
import redisproxy.resp.SlowLoads;
import redisproxy.tls.ServerTls;

/**
 * The composition of the proxy: the store, the cache in front of it, what answers HTTP, the ports, and the admin port. {@link ProxyServer}
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
    private final RedisStore store;
    private final LoadTimeout loadTimeout;
    private final Accesses accesses = new Accesses();
    private final Authority authority;
    private final ReadThroughCache cache;
    private final LoadFigures loads = new LoadFigures();
    private final SlowLoads slowLoads;
    private final WarmStart warm;
    private final HttpFront http;
    private final Ports ports;
    private final ClientMemory clients = ClientMemory.ofHeap();
    private final RespConnector resp;
    private final @Nullable Certificates certificates;
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
        this.store = store;
        this.loadTimeout = loadTimeout;
        this.authority = new Authority(
                config.users().users(),
                new LoginAttempts(
                        System::nanoTime, text -> outputs.log().tell(EventKind.LOGIN_FAILED, "logins", text)));
        this.slowLoads = new SlowLoads(config.slowLoads());
        // Its bucket array has the full size from the start, so that a heap too small for it shows here.
        this.cache = new ReadThroughCache(
                cacheConfig, store, Ticker.system(), loadObserver(), new SampledAccesses(accesses));
        ServerTls tls = config.tls().open();
        this.certificates = tls == null ? null : new Certificates(tls, outputs.log());
        this.warm = new WarmStart(config.takeover().warm(), cache, outputs.log());
        this.http = new HttpFront(config.http(), config.cache(), cache, authority, writer());
        this.threadsName = threadsName;
        this.ports = new Ports(
                threadsName,
                Draining.limit(config.redis().timeout()),
                config.takeover().reusesPorts());
        this.resp = respConnector();
        this.reload = new Reload(start, outputs.log(), changeable());
        this.configWatch =
                new ConfigWatch(threadsName + "-config-watch", () -> ConfigWatch.files(start.source()), () -> {
                    Reloaded unused = reload("CONFIG_WATCH");
                });
        // The settings have just been read.
        this.configWatch.readsNow();
        this.watchdog = new Watchdog(WATCH_INTERVAL, WATCH_LIMIT, System::nanoTime, end);
        this.admin = new AdminPort(config.admin());
        this.states = new StateWatch(outputs.log(), Refusals.of(http, resp, clients, outputs.accessLog()));
    }

    /** Returns what writes over HTTP, as far as COMMANDS allows it at present. */
    private Writer writer() {
        return new Writer(
                new WriteRules(command -> config.resp().commands().allows(command)),
                store,
                cache::beginWrite,
                new ClientBodies(clients),
                config.http().maxBodyBytes(),
                config.http().clientTimeout());
    }

    /** Returns all that want to know how a load went. */
    private LoadObserver loadObserver() {
        List<LoadObserver> observers = new ArrayList<>(List.of(loads, slowLoads));
        observers.addAll(outputs.loadObservers());
        return LoadObserver.all(observers);
    }

    /**
     * Composes a proxy that serves both ports itself. Does not start it.
     *
     * @param end ends the proxy if it cannot go on; the text is the cause
     * @throws StartException if the cache does not fit into the heap
     * @throws ConfigException if a variable of OpenTelemetry has a value that is not accepted
     */
    static Core withBothPorts(StartSettings start, Consumer<String> end) {
        return compose(start, "redis-proxy", end, Core::addHttpPort);
    }

    /**
     * Composes a proxy that serves RESP itself and has a servlet container serve HTTP. Does not start it.
     *
     * @param end is told if the proxy cannot go on; the text is the cause
     * @throws StartException if the cache does not fit into the heap
     * @throws ConfigException if a variable of OpenTelemetry has a value that is not accepted
     */
    static Core inContainer(StartSettings start, ServletContext context, Consumer<String> end) {
        return compose(start, "redis-proxy-resp", end, core -> core.http.register(context));
    }

    private static Core compose(StartSettings start, String threadsName, Consumer<String> end, Consumer<Core> addHttp) {
        ProxyConfig config = start.config();
        HeapRoom.check(config.cache(), Runtime.getRuntime().maxMemory());
        Outputs outputs = Outputs.open(config);
        RedisConfig redis = config.redis().withTimeout(config.redis().timeout());
        CacheConfig cache = config.cache().withOwnPrefixes();
        RedisStore store = RedisStores.open(redis, cache.tracking(), outputs.log());
        try {
            Core core = new Core(start, cache, store, redis.limit(), outputs, threadsName, end);
            addHttp.accept(core);
            core.addRespPorts();
            if (config.front().ports().isOnResp()) {
                core.resp.beginWith(config.front().headers(core::config, outputs.log()));
            }
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

    private void addHttpPort() {
        HttpConnector plain = http.connector(ports.server(), clients, outputs.accessLog());
        if (config.http().port() != HttpConfig.NO_PORT) {
            ports.add(SettingsCatalog.PROXY_PORT, plain);
        }
        ServerTls tls = tls();
        if (tls != null && config.tls().proxyPort() != HttpConfig.NO_PORT) {
            ports.add(TlsCatalog.PROXY_TLS_PORT, plain.withTls(tls, config.tls().proxyPort()));
        }
        if (config.front().ports().isOnHttp()) {
            http.beginWith(config.front().headers(this::config, outputs.log()));
        }
        ports.server().setHandler(http.handler());
    }

    private void addRespPorts() {
        if (config.resp().port() != RespConfig.NO_PORT) {
            ports.add(SettingsCatalog.TCP_PORT, resp);
        }
        ServerTls tls = tls();
        if (tls != null && config.tls().tcpPort() != RespConfig.NO_PORT) {
            ports.add(
                    TlsCatalog.TCP_TLS_PORT,
                    resp.withTls(
                            tls::newEngine, config.resp().host(), config.tls().tcpPort()));
        }
    }

    private RespConnector respConnector() {
        return RespConnector.create(
                ports.server(),
                config.resp(),
                cache,
                store,
                /* relay= */ store,
                authority,
                accesses,
                clients,
                new ConfigSettings(() -> parameters, () -> reload),
                Version.current(),
                slowLoads,
                outputs.accessLog(),
                infoSections());
    }

    private List<InfoSection> infoSections() {
        List<InfoSection> sections = new ArrayList<>();
        sections.add(new InfoSection("Http", this::httpInfo));
        sections.add(new InfoSection("Log", outputs::info));
        if (certificates != null) {
            sections.add(new InfoSection("Tls", certificates::info));
        }
        return sections;
    }

    /**
     * Binds the ports, then serves. Does not wait for Redis.
     *
     * @throws StartException if a port cannot be bound; everything is closed then
     */
    void start() {
        try {
            boolean isTakeover = config.takeover().reusesPorts();
            if (isTakeover) {
                // The other process has the clients until the cache is warm.
                ports.check();
            }
            store.start(cache);
            AdminFront front =
                    new AdminFront(this, authority, cache, store, http, resp, clients, loads, events(), accesses);
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
            accesses.start(threadsName + "-accesses");
            warm.start(threadsName);
            if (isTakeover) {
                warm.await();
                ports.bind();
            }
            ports.server().start();
            watchdog.watch(vitals());
            states.start();
            if (certificates != null) {
                certificates.start();
            }
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
        List<Vital> vitals = new ArrayList<>(ports.vitals());
        vitals.add(store::lostThread);
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
                (from, to) -> () -> followUsers(to.users().users()),
                (from, to) -> () -> resp.change(to.resp()),
                (from, to) -> () -> slowLoads.change(to.slowLoads()),
                (from, to) -> () -> http.change(to.http(), to.cache()),
                (from, to) -> this::lookForCertificates,
                (from, to) -> () -> followTimeout(to.redis().timeout()),
                (from, to) -> () -> outputs.change(to.log()),
                (from, to) -> () -> configWatch.every(to.configWatch()),
                (from, to) -> () -> {
                    parameters = ConfigParameters.of(to);
                    config = to;
                },
                (from, to) -> HeapRoom.prepare(cache, to.cache())));
    }

    private void followTimeout(Duration to) {
        loadTimeout.change(to);
        ports.drainFor(Draining.limit(to));
    }

    private void followUsers(Users to) {
        if (to != authority.current() && !(to.isOpen() && authority.current().isOpen())) {
            authority.replace(to);
        }
    }

    private void lookForCertificates() {
        if (certificates != null) {
            certificates.look();
        }
    }

    /** Returns what encrypts ports, or null if all are plain. */
    @Nullable
    ServerTls tls() {
        return certificates == null ? null : certificates.tls();
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
        return ports;
    }

    AdminPort admin() {
        return admin;
    }

    /** Tells at the admin port from now on that the proxy wants no more requests. It goes on serving. */
    void unready() {
        readiness.stopping();
    }

    /** Returns why the cache is not warm yet, or null. */
    @Nullable
    String warmingUp() {
        return warm.pending();
    }

    /** Returns a snapshot of the store's figures. */
    StoreStats storeStats() {
        return cache.storeStats();
    }

    /** Returns what has happened lately. */
    Events events() {
        return outputs.log().events();
    }

    /** Returns a snapshot of the figures of loads. */
    LoadStats loadStats() {
        return loads.stats();
    }

    /** Has the file of the access log opened anew; returns false if there is no access log. */
    boolean reopenAccessLog() {
        return outputs.reopenAccessLog();
    }

    private Map<String, Object> httpInfo() {
        return HttpInfo.fields(http.stats());
    }

    /** Stops accepting, finishes requests in process for a bounded time, then closes all connections. Blocks. */
    @Override
    public void close() {
        readiness.stopping();
        configWatch.close();
        watchdog.expectStopWithin(Draining.limit(config.redis().timeout()).plus(BEYOND_DRAINING));
        ports.close();
        warm.close();
        // The cache closes its store.
        cache.close();
        accesses.close();
        outputs.close();
        watchdog.close();
        states.close();
        if (certificates != null) {
            certificates.close();
        }
        admin.close();
    }

    /** Returns one line with the addresses and the main settings. */
    @Override
    public String toString() {
        return StartLine.of(ports.toString(), admin.toString(), config);
    }
}
