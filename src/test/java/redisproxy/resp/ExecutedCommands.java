package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import redisproxy.auth.Authority;
import redisproxy.auth.CommandPolicy;
import redisproxy.auth.Users;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.measure.Accesses;
import redisproxy.near.NearCaches;
import redisproxy.near.NearStats;
import redisproxy.net.ClientMemory;
import redisproxy.testkit.RespClient;
import redisproxy.upstream.PinStats;

/** The command table of a port without its sockets: executes requests of one session, one after the other. */
final class ExecutedCommands implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 7;
    private static final int PORT = 5010;
    private static final int DATABASE = 0;

    final FakeStore store = new FakeStore();
    private final ClientMemory memory = ClientMemory.ofHeap();
    final ClientRegistry registry = new ClientRegistry(MAX_CONNECTIONS);
    final Session session = new Session(registry.nextId(), "10.0.0.1:1234", false, "10.0.0.2:5010", DATABASE);
    final Accesses accesses = new Accesses();
    final ReadThroughCache cache;
    final PortFigures figures = new PortFigures(/* accessLog= */ null);
    final SlowLoads slowLoads = new SlowLoads(new SlowLoadConfig(1_000, 3, 10));
    final Authority authority = Authority.open();
    final Logins logins = new Logins(authority, authority.attempts());
    final CommandTable table;

    ExecutedCommands(InfoSection... furtherSections) {
        CacheConfig cacheConfig = new CacheConfig(123, Duration.ofSeconds(60));
        cache = new ReadThroughCache(cacheConfig, store, Ticker.system());
        StatsSinceReset stats = new StatsSinceReset(
                () -> registry.stats(figures.commands(command -> true), NearStats.NONE, PinStats.NONE),
                cache::stats,
                memory::closedClients,
                figures);
        Info info = Info.of(
                new ServerInfo("1.2.3", () -> PORT, () -> HandshakeCommands.REDIS_VERSION),
                new RespInfo(stats::now, registry),
                MemoryInfo.section(cache::stats, memory),
                new CommandInfo(stats::now),
                new CacheInfo(cache, DATABASE),
                List.of(furtherSections));
        InspectionCommands inspection = new InspectionCommands(cache);
        Passing passing = new Passing(
                /* relay= */ null,
                cache,
                () -> CommandPolicy.READ,
                figures,
                logins,
                new Background(Runnable::run),
                new ScheduledExecutorScheduler(),
                new Unblock(registry));
        table = CommandTable.of(
                figures,
                logins,
                passing,
                new KeyCommands(cache, store),
                new CacheCommand(cache, accesses, () -> info.text(CacheInfo::isOwn)).command(),
                new HotKeysCommand(accesses).command(),
                inspection.dbSize(),
                inspection.memory(),
                InspectionCommands.module(),
                new ClientCommand(
                                registry,
                                logins,
                                new TrackingCommand(registry, new NearCaches(10, 1000, key -> true), () -> true))
                        .command(),
                new InfoCommand(info, passing.inPlaceOfProxy(), new Background(Runnable::run)).command(),
                new ConfigCommand(
                                () -> new RespConfig(null, PORT, MAX_CONNECTIONS),
                                new Settable(),
                                () -> PORT,
                                stats::reset,
                                passing)
                        .command(),
                new SlowLogCommand(slowLoads.log()).command(),
                new LatencyCommand(slowLoads.latency(), stats::commands).command());
        session.become(Users.OPEN.anonymous(/* isLocal= */ true));
        register(session);
    }

    /** What CONFIG SET has set last. */
    final Map<String, String> settings = new TreeMap<>();

    private final class Settable implements OwnSettings {
        private static final Set<String> KNOWN =
                Set.of("ttl", "cache-max-bytes", "max-connections", "idle-timeout", "log-level");

        @Override
        public Map<String, String> shown() {
            return Map.of("ttl", "60");
        }

        @Override
        public Refusal set(Map<String, String> values, String by) {
            for (Map.Entry<String, String> each : values.entrySet()) {
                if (!KNOWN.contains(each.getKey())) {
                    return new Refusal(each.getKey(), null);
                }
                if (each.getValue().equals("never")) {
                    return new Refusal(each.getKey(), "no never");
                }
            }
            settings.clear();
            settings.putAll(values);
            return null;
        }
    }

    void register(Session added) {
        assertThat(registry.register(added, new Untouched())).isTrue();
    }

    /** Returns the reply, which must be given at once; null if there is none. */
    String execute(String... words) {
        ReplyParts reply = invoke(
                        () -> {
                            throw new AssertionError("a reply that comes later");
                        },
                        words)
                .givenReply();
        return reply == null ? null : text(reply::writeTo);
    }

    /** Returns the reply, which must be given later and be ready by now. */
    String executeLater(String... words) {
        Reply reply = new Reply(() -> {}, session.isResp3());
        assertThat(invoke(() -> reply, words).givenReply()).isNull();
        assertThat(reply.isReady()).isTrue();
        return text(reply::writeTo);
    }

    /** Returns the reply, which may be given at once or later and must be there by now; an empty one if there is none. */
    String executeAny(String... words) {
        Reply later = new Reply(() -> {}, session.isResp3());
        ReplyParts reply = invoke(() -> later, words).givenReply();
        if (reply != null) {
            return text(reply::writeTo);
        }
        return later.isReady() ? text(later::writeTo) : "";
    }

    private static String text(Predicate<ByteBuffer> reply) {
        ByteBuffer written = ByteBuffer.allocate(100_000);
        assertThat(reply.test(written)).isTrue();
        return new String(written.array(), 0, written.position(), StandardCharsets.ISO_8859_1);
    }

    private Invocation invoke(Supplier<Reply> later, String... words) {
        RequestParser request = request(words);
        Invocation invocation =
                new Invocation(session, request, held -> later.get(), new LoadWindow(), System.nanoTime(), () -> {});
        start(invocation);
        if (invocation.forBackground() != null) {
            invocation.forBackground().handler().execute(invocation);
        }
        Continuation rest = invocation.continuation();
        while (rest != null && rest.goOn(request) == Continuation.Progress.AFTER_OTHERS) {
            assertThat(words).as("a short request").hasSizeGreaterThan(100);
        }
        invocation.end();
        return invocation;
    }

    /** Executes a request without what goes on later. */
    void start(Invocation invocation) {
        table.execute(invocation);
    }

    static RequestParser request(String... words) {
        byte[] wire = RespClient.encode(words).toArray();
        RequestParser parser = new RequestParser();
        try {
            assertThat(parser.parse(wire, 0, wire.length)).isTrue();
        } catch (RespProtocolException e) {
            throw new AssertionError(e);
        }
        return parser;
    }

    @Override
    public void close() {
        cache.close();
    }

    private static final class Untouched implements ClientRegistry.Control {
        @Override
        public void drain() {
            throw new AssertionError();
        }

        @Override
        public void kill() {
            throw new AssertionError();
        }

        @Override
        public void sweep(long now) {
            throw new AssertionError();
        }
    }
}
