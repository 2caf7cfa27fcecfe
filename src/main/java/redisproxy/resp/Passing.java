package redisproxy.resp;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.CommandPolicy;
import redisproxy.cache.PendingWrite;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.net.PeerAddress;
import redisproxy.net.Round;
import redisproxy.upstream.BackingCommand;
import redisproxy.upstream.CommandKeys;
import redisproxy.upstream.OneNodeCluster;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Relay;

/**
 * Passes on to Redis what the proxy does not answer by itself, as far as {@linkplain CommandPolicy the setting COMMANDS} and the rules
 * of the client allow it. Thread-safe; never blocks.
 */
final class Passing {
    /** Longer words name no command of Redis. */
    private static final int MAX_NAME_LENGTH = 64;
    /** Commands that the proxy has too, but answers for what is cached and not for what Redis holds. */
    static final Set<String> OF_WHOLE_REDIS = Set.of("dbsize", "memory|usage", "module|list");

    /** How long a request waits until Redis has told its commands. */
    private static final long MAX_AWAITED_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final byte[] UNKNOWN_COMMANDS = ReplyBuilder.error(
            "ERR Redis has not told its commands yet, so nothing can be passed on to it: try again when it answers");

    private final @Nullable Relay relay;
    private final ReadThroughCache cache;
    private final Supplier<CommandPolicy> policy;
    private final PortFigures figures;
    private final Permissions permissions;
    private final Scheduler scheduler;
    private final BackingVersion version;
    private final FirstClients clients;
    private final PassedSpecs specs = new PassedSpecs();
    private final RunningScripts scripts = new RunningScripts(Ticker.system());
    private final UntoldCommands untold;
    private final InPlaceOfProxy inPlaceOfProxy;
    private final OverOwnConnection overOwn;
    private final WholeCacheWrites ofWholeCache;
    private final Map<Round, Departures> departures = new ConcurrentHashMap<>();

    /**
     * Makes what passes commands on to {@code relay}, or nothing if that is null.
     *
     * @param policy returns the setting that applies
     * @param background drops the whole cache
     * @param scheduler has requests wait that come before Redis has told its version or its commands
     * @param unblock executes CLIENT UNBLOCK
     */
    Passing(
            @Nullable Relay relay,
            ReadThroughCache cache,
            Supplier<CommandPolicy> policy,
            PortFigures figures,
            Logins logins,
            Background background,
            Scheduler scheduler,
            Unblock unblock) {
        this.relay = relay;
        this.cache = cache;
        this.policy = policy;
        this.figures = figures;
        this.permissions = new Permissions(logins);
        this.scheduler = scheduler;
        this.untold = new UntoldCommands(cache, background);
        this.inPlaceOfProxy = new InPlaceOfProxy(this, relay, policy, specs, background);
        this.overOwn = new OverOwnConnection(this, relay, specs, unblock);
        this.ofWholeCache = new WholeCacheWrites(relay, cache, background);
        this.version = new BackingVersion(relay, scheduler);
        this.clients = new FirstClients(() -> relay == null || relay.commands().isKnown(), scheduler);
    }

    /** Returns the version of Redis that clients are told. */
    BackingVersion version() {
        return version;
    }

    /** Has a request executed that Redis may answer if it has told its commands, now or in a moment. */
    void whenCommandsAreTold(Invocation invocation, Runnable execute) {
        if (isOn()) {
            clients.whenTold(invocation, execute);
        } else {
            execute.run();
        }
    }

    /** Returns the scripts of clients that Redis has not replied to. */
    RunningScripts scripts() {
        return scripts;
    }

    /** Returns what has Redis answer in the place of the proxy. */
    InPlaceOfProxy inPlaceOfProxy() {
        return inPlaceOfProxy;
    }

    /** Returns what sends requests over clients' own connections that the proxy would answer. */
    OverOwnConnection overOwn() {
        return overOwn;
    }

    /** Returns what passes on commands that may write any key. */
    WholeCacheWrites ofWholeCache() {
        return ofWholeCache;
    }

    ReadThroughCache cache() {
        return cache;
    }

    boolean isCluster() {
        return relay != null && relay.isCluster();
    }

    /** Whether the client's own connection leads to another server of a Cluster than an argument, if it is not 0, has to go to. */
    boolean isElsewhere(Session session, int argument, Arguments arguments) {
        return argument != 0
                && isCluster()
                && session.own.leadsElsewhere(OneNodeCluster.slot(arguments.bytes(argument)));
    }

    /** Whether anything is passed on. */
    boolean isOn() {
        return relay != null && !policy.get().isRead();
    }

    /** Whether anything could be passed on by another setting. */
    boolean isPossible() {
        return relay != null;
    }

    /**
     * Passes a request on, or refuses it.
     *
     * @param isForeign whether the proxy has no command of that name, so that the server may have it without having told
     * @param otherwise is run instead if nothing of the kind is to be done
     */
    void take(Invocation invocation, boolean isForeign, Runnable otherwise) {
        if (relay == null || !isOn() || invocation.arguments().length(0) > MAX_NAME_LENGTH) {
            otherwise.run();
        } else if (relay.commands().isKnown()) {
            takeKnown(relay, invocation, isForeign, otherwise);
        } else {
            Relay to = relay;
            whenCommandsAreKnown(to, invocation, () -> takeKnown(to, invocation, isForeign, otherwise));
        }
    }

    private void whenCommandsAreKnown(Relay to, Invocation invocation, Runnable execute) {
        long untilNanos = System.nanoTime() + MAX_AWAITED_NANOS;
        new AwaitedRedis(
                        () -> to.commands().isKnown() || System.nanoTime() - untilNanos >= 0,
                        scheduler,
                        invocation,
                        () -> {
                            if (to.commands().isKnown()) {
                                execute.run();
                            } else {
                                invocation.refuse(UNKNOWN_COMMANDS);
                            }
                        })
                .begin();
    }

    /** Does the same when the relay has told its commands. */
    void takeKnown(Relay to, Invocation invocation, boolean isForeign, Runnable otherwise) {
        Arguments arguments = invocation.arguments();
        BackingCommand command = to.commands().find(PassedSpec.words(arguments));
        boolean isNone = command == null && !isForeign;
        PassedSpec spec = command == null
                ? untold.of(PassedSpec.words(arguments), to)
                : specs.of(Unblock.isAsked(arguments) ? Unblock.NAME : command.name(), command);
        String name = spec.name();
        Way way = spec.way(arguments);
        if (isNone || (way == Way.PINNED && !OwnCommands.areServed(name, command))) {
            otherwise.run();
            return;
        }
        boolean isAccepted = spec.accepts(arguments.count());
        CommandKeys keys = isAccepted ? spec.keys(arguments) : CommandKeys.NONE;
        int firstKey = keys.keys().isEmpty() ? 0 : keys.keys().get(0).index();
        invocation.countAs(command == null ? figures.unknown() : figures.of(name), firstKey);
        if (!isAccepted && !name.equals(OwnCommands.EXEC)) {
            invocation.refuse(CommandErrors.wrongArity(name));
            return;
        }
        byte[] refusal = permissions.refusal(spec, way, policy.get(), invocation.session());
        refusal = refusal == null ? permissions.refusalOfChannels(name, arguments, invocation.session()) : refusal;
        if (refusal != null) {
            invocation.refuse(refusal);
            return;
        }
        invocation.session().executing(name);
        if (name.equals(Unblock.NAME)) {
            overOwn.unblock(invocation);
            return;
        }
        byte[] asOneNode = to.isCluster() && name.startsWith("cluster") ? asOneNode(invocation) : null;
        if (asOneNode == null) {
            begin(to, invocation, spec, keys, way);
        } else {
            invocation.reply(asOneNode);
        }
    }

    /** Answers what is about nodes and slots by the address at which the client has reached the proxy; returns null if it is about more. */
    private static byte @Nullable [] asOneNode(Invocation invocation) {
        Session session = invocation.session();
        return new OneNodeCluster(PeerAddress.plainHost(session.localAddress), PeerAddress.port(session.localAddress))
                .answer(PassedSpec.words(invocation.arguments()), session.isResp3());
    }

    private void begin(Relay to, Invocation invocation, PassedSpec spec, CommandKeys keys, Way way) {
        boolean isActive = invocation.session().own.isActive();
        // All masters of a Cluster get it, each on its way.
        boolean needsOwn = way == Way.PINNED && !(to.isCluster() && OwnCommands.endsScripts(spec.name()));
        byte[] refusal = needsOwn || isActive ? OwnCommands.refusal(to, spec.name(), invocation.session().state) : null;
        if (refusal != null) {
            invocation.refuse(refusal);
        } else {
            new PassedRequest(this, invocation, spec, keys, /* isOfCache= */ false, needsOwn).begin();
        }
    }

    /** Passes a request on that the proxy would answer for what is cached; returns false if it is to do that. */
    boolean takeOfWholeRedis(String name, Invocation invocation) {
        if (relay == null || !mayTakeOfWholeRedis(name)) {
            return false;
        }
        BackingCommand command = relay.commands().find(PassedSpec.words(invocation.arguments()));
        if (command == null || !policy.get().allows(specs.of(name, command))) {
            return false;
        }
        takeKnown(relay, invocation, /* isForeign= */ false, () -> {});
        return true;
    }

    /** Whether requests of this command may be passed on, though the proxy has it. */
    boolean mayTakeOfWholeRedis(String name) {
        return OF_WHOLE_REDIS.contains(name) && isOn();
    }

    /**
     * Passes a read on that the cache would answer, if commands are under way that the client has sent before it; returns false if
     * the cache is to answer it. The client may execute it.
     */
    boolean takeRead(CommandSpec read, Invocation invocation) {
        if (relay == null
                || !invocation.session().passes.isAwaiting()
                || !read.keys().hasKeys()
                || !read.isReadOnly()) {
            return false;
        }
        BackingCommand command = relay.commands().find(PassedSpec.words(invocation.arguments()));
        if (command == null) {
            return false;
        }
        PassedSpec spec = specs.of(read.name(), command);
        invocation.session().executing(read.name());
        new PassedRequest(this, invocation, spec, spec.keys(invocation.arguments()), true, false).begin();
        return true;
    }

    /** Returns what settles a transaction with commands that Redis has not told of. */
    UntoldCommands.@Nullable Settlement settlementOfTransaction() {
        return relay == null ? null : untold.ofTransaction(relay);
    }

    /** Sends a request over the client's own connection; returns false if it is to go another way. */
    boolean sendOwn(Session session, OwnRequest request) {
        return relay != null && session.ownRequests.send(relay, session, request);
    }

    /** Passes a GET on whose key is not cached, behind the commands that are under way. */
    void passGet(byte[] key, Reply reply, Session session) {
        byte[] request = GetRequest.of(key);
        // What it reads may be newer than what others are loading, and must not be followed by that.
        List<PendingWrite> fence = List.of(cache.beginBypass(List.of(key)));
        reply.came(CommandResult.BYPASS);
        session.passes.begin(/* isHeard= */ true, request.length, scripts);
        PassedReply listener = new PassedReply(
                reply,
                session.passes,
                /* isHeard= */ true,
                request.length,
                fence,
                /* change= */ null,
                /* settlement= */ null,
                () -> {});
        session.passes.add(new PassedCommand(
                request,
                key,
                (int) session.id,
                session.passes.isBulk(),
                session.isResp3(),
                /* repeatable= */ true,
                System.nanoTime(),
                listener));
    }

    /** Returns what the commands leave by that connections of this selector pass on; null if nothing can be passed on. */
    @Nullable
    Departures departures(Round round) {
        return relay == null ? null : departures.computeIfAbsent(round, one -> new Departures(relay, one));
    }

    /** Refuses a request because of the key that is argument {@code at}; 0 if any may be meant. */
    void refuseKey(Invocation invocation, int at) {
        permissions.refuseKey(invocation, at);
    }
}
