package redisproxy.resp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.cache.Misses;
import redisproxy.cache.ReadThroughCache;
import redisproxy.net.Batch;
import redisproxy.net.IncompleteRequest;
import redisproxy.net.LingeringClose;
import redisproxy.net.ReadableSource;
import redisproxy.net.Round;
import redisproxy.net.RoundConnection;

/**
 * One client on the RESP port: reads requests, answers them in order, hits at once and misses when they are loaded.
 * Never blocks.
 */
final class RespConnection extends AbstractConnection.NonBlocking implements RoundConnection, ClientRegistry.Control {
    /*
     * Threads
     * -------
     * Three kinds of events concern a connection: it became readable, a load finished, a write ended. The first two
     * come on the selector's thread, others on any, and one thread at a time works for the connection: whoever raises
     * `pendingWork` from zero goes on until no event is left, all others only leave their mark. So everything below
     * that is not volatile or atomic belongs to that thread, without a lock.
     *
     * Rounds
     * ------
     * What became readable is read and parsed in a round, together with other connections. From then until the round
     * comes back with the entries of the keys, the selector's thread works for the connection in the sense above.
     *
     * Order
     * -----
     * Replies go straight into the output buffer as long as none waits. From the first miss on they queue behind it.
     *
     * Bounds
     * ------
     * No request is executed while a write is under way or too many replies wait, and nothing is read unless what was
     * read before has been executed. So a client that does not read is not read from. The input buffer grows with what has
     * arrived of one request, never with what was announced.
     */
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** What a round has read must fit. */
    private static final int INPUT_BYTES = Round.READ_BYTES;

    /** The most that a request may take before it is complete, as Redis's client-query-buffer-limit. */
    private static final int MAX_REQUEST_BYTES = 1024 * 1024 * 1024;

    private static final int ENTRY_ATTEMPTS = 3;
    private static final long ENTRY_MILLIS = 20;

    private static final byte[] NOTHING = {};
    private static final byte[] OVER_LIMIT =
            "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ReadableSource endPoint;
    private final ReadThroughCache cache;
    private final CommandTable commands;
    private final ClientRegistry registry;
    private final Timeouts timeouts;
    private final long refusalMillis;
    private final Session session;
    private final RequestParser parser = new RequestParser();
    private final AtomicInteger pendingWork = new AtomicInteger();

    private volatile boolean fillable;
    private volatile boolean draining;
    private volatile boolean closed;
    private volatile boolean registered;
    private volatile boolean swept;

    private final InputBuffer input;
    private final ReplyWriter replies;
    private boolean interested;
    private boolean readable;
    private boolean endOfInput;

    private final IncompleteRequest incompleteRequest = new IncompleteRequest();

    /** The round that this connection is in; belongs to the selector's thread. */
    private @Nullable Round round;
    /** Which of the round's lookups are for this connection. */
    private int firstGet;

    private int endOfGets;

    /** What is said before hanging up; null while requests are executed. */
    private byte @Nullable [] lastWords;

    /** It is not said yet, nor is anything read. */
    private volatile boolean tarpit;

    RespConnection(
            ReadableSource endPoint,
            Executor executor,
            ByteBufferPool buffers,
            ReadThroughCache cache,
            CommandTable commands,
            ClientRegistry registry,
            Timeouts timeouts,
            InputBudget inputBudget,
            long refusalMillis) {
        super(endPoint, executor);
        this.timeouts = timeouts;
        this.refusalMillis = refusalMillis;
        this.endPoint = endPoint;
        this.cache = cache;
        this.commands = commands;
        this.registry = registry;
        this.input = new InputBuffer(buffers, INPUT_BYTES, MAX_REQUEST_BYTES, inputBudget);
        this.replies = new ReplyWriter(
                endPoint,
                endPoint.round().output(),
                this::wake,
                () -> endPoint.round().resume(this));
        this.session = new Session(
                registry.nextId(),
                Addresses.format(endPoint.getRemoteSocketAddress()),
                Addresses.format(endPoint.getLocalSocketAddress()));
    }

    @Override
    public void onOpen() {
        super.onOpen();
        enter(ENTRY_ATTEMPTS);
    }

    private void enter(int attempts) {
        registered = registry.register(session, this);
        if (closed) {
            registry.unregister(session);
        } else if (registered) {
            interested = true;
            endPoint.awaitReadable(this);
            if (registry.isDraining()) {
                drain();
            }
        } else if (attempts > 1) {
            // Others may have left, and it has not been noticed yet.
            endPoint.getScheduler().schedule(() -> enter(attempts - 1), ENTRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            registry.countRejected();
            getEndPoint().upgrade(lingeringClose(OVER_LIMIT, refusalMillis));
        }
    }

    /** Never called: it is in rounds that this connection is told. */
    @Override
    public void onFillable() {
        throw new IllegalStateException("not in a round");
    }

    @Override
    public void read(Round current) {
        fillable = true;
        if (pendingWork.getAndIncrement() == 0) {
            round = current;
            firstGet = current.lookups().size();
            try {
                collectGets(current);
            } catch (IOException | RuntimeException | Error e) {
                breakOff(e);
            }
            endOfGets = current.lookups().size();
        }
    }

    @Override
    public void resume() {
        wake();
    }

    @Override
    public void answer(Round current) {
        if (round != null) {
            try {
                answerGets(current);
            } catch (IOException | RuntimeException | Error e) {
                breakOff(e);
            }
            round = null;
            workAfter(1);
        }
    }

    @Override
    public void fail(Throwable cause) {
        LOG.debug("A RESP connection failed", cause);
        getEndPoint().close(cause);
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return false;
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        closed = true;
        if (registered) {
            registry.unregister(session);
        }
        wake();
    }

    @Override
    public void kill() {
        getEndPoint().close();
    }

    @Override
    public void sweep(long now) {
        boolean isQuiet = now - session.lastActiveNanos() >= timeouts.leastNanos();
        if (isQuiet || isIncompleteForTooLong(now)) {
            swept = true;
            wake();
        }
    }

    @Override
    public void drain() {
        draining = true;
        wake();
    }

    /** Has some thread, perhaps this one, look at what has happened to the connection. */
    void wake() {
        if (pendingWork.getAndIncrement() == 0) {
            work();
            workAfter(1);
        }
    }

    /** Goes on as long as there were more events than have been seen. */
    private void workAfter(int events) {
        int seen = pendingWork.addAndGet(-events);
        while (seen != 0) {
            work();
            seen = pendingWork.addAndGet(-seen);
        }
    }

    private void work() {
        if (closed) {
            abandon();
            return;
        }
        try {
            advance();
        } catch (IOException | RuntimeException | Error e) {
            breakOff(e);
        }
    }

    private void breakOff(Throwable cause) {
        input.release();
        fail(cause);
    }

    private void noteReadable(long now) {
        fillable = false;
        interested = false;
        readable = true;
        session.active(now);
    }

    /** Reads, and leaves the keys of the requests that the input begins with to the round. */
    private void collectGets(Round current) throws IOException {
        if (closed) {
            return;
        }
        // Unless the thread that was at work when this round began has seen to it.
        if (fillable) {
            noteReadable(current.startedNanos());
        }
        if (readable && replies.moveReady() && mayExecute() && !endOfInput && !draining) {
            readable = false;
            try {
                endOfInput = input.fill(endPoint, current) < 0;
                parseGets(current.lookups());
            } catch (RespProtocolException e) {
                refuse(e);
            }
        }
    }

    private void answerGets(Round current) throws IOException {
        if (closed) {
            abandon();
            return;
        }
        putGets(current.lookups(), firstGet, endOfGets, current.misses());
        advance();
        input.detach();
    }

    private void advance() throws IOException {
        if (swept) {
            swept = false;
            if (isOverdue(System.nanoTime())) {
                LOG.debug("{} took too long", session.remoteAddress);
                getEndPoint().close();
                return;
            }
        }
        if (fillable) {
            noteReadable(System.nanoTime());
        }
        while (replies.moveReady() && executeBuffered()) {
            boolean wantsInput = mayExecute() && !endOfInput && !draining;
            if (wantsInput && readable && read()) {
                continue;
            }
            if (replies.flush()) {
                settle(wantsInput && !endOfInput);
            }
            return;
        }
    }

    private boolean isOverdue(long now) {
        boolean isWaiting = interested && input.isEmpty() && !replies.hasQueued();
        return isWaiting
                ? timeouts.idleNanos() > 0 && now - session.lastActiveNanos() >= timeouts.idleNanos()
                : replies.waitingNanos(now) >= timeouts.clientNanos() || isIncompleteForTooLong(now);
    }

    private boolean isIncompleteForTooLong(long now) {
        return incompleteRequest.isOverdue(now, timeouts.clientNanos());
    }

    /** Nothing is left to do for now: wait for bytes, or hang up if there will be no more. */
    private void settle(boolean wantsInput) {
        input.releaseIfEmpty();
        replies.release();
        if (wantsInput) {
            if (!interested && !rests()) {
                interested = true;
                endPoint.awaitReadable(this);
            }
        } else if (!replies.hasQueued()) {
            hangUp();
        }
    }

    /** Whether nothing is read for a while, since what comes are incompleteRequest of one request. */
    private boolean rests() {
        if (input.isEmpty()) {
            return false;
        }
        long rest = incompleteRequest.pauseNanos(System.nanoTime(), input.end() - input.start());
        if (rest > 0) {
            endPoint.getScheduler().schedule(this::endRest, rest, TimeUnit.NANOSECONDS);
        }
        return incompleteRequest.isPausing();
    }

    private void endRest() {
        incompleteRequest.endPause();
        wake();
    }

    private void hangUp() {
        if (tarpit) {
            input.release();
            return;
        }
        if (lastWords != null) {
            getEndPoint().upgrade(lingeringClose(lastWords, LingeringClose.LINGER_MILLIS));
        } else if (draining && !interested && !endOfInput) {
            // It may have sent more than has been read, and still be reading what was answered.
            getEndPoint().upgrade(lingeringClose(NOTHING, registry.drainMillis()));
        } else {
            getEndPoint().close();
        }
    }

    private LingeringClose lingeringClose(byte[] words, long lingerMillis) {
        return new LingeringClose(getEndPoint(), getExecutor(), words, lingerMillis);
    }

    /**
     * Reads once for each time the socket became readable, so that no client keeps the thread from others; returns
     * whether there is something new to look at.
     */
    private boolean read() throws IOException {
        readable = false;
        try {
            int filled = input.fill(getEndPoint());
            endOfInput = filled < 0;
            return filled > 0;
        } catch (RespProtocolException e) {
            refuse(e);
            return true;
        }
    }

    /** Executes the complete requests that have been read; returns false if a write is under way. */
    private boolean executeBuffered() throws IOException {
        while (mayExecute()) {
            if (!parse()) {
                return true;
            }
            if (isHeardGet()) {
                executeGets();
            } else {
                execute();
                consume();
            }
            if (!replies.moveReady()) {
                return false;
            }
        }
        return true;
    }

    private boolean mayExecute() {
        return lastWords == null && !replies.isFull();
    }

    private boolean parse() {
        try {
            return parser.parse(input.array(), input.start(), input.end());
        } catch (RespProtocolException e) {
            refuse(e);
            return false;
        }
    }

    private void refuse(RespProtocolException cause) {
        LOG.debug("{} broke the protocol: {}", session.remoteAddress, cause.getMessage());
        hangUpLate(ReplyBuilder.error("ERR Protocol error: " + cause.getMessage()));
    }

    private void hangUpLate(byte[] words) {
        lastWords = words;
        tarpit = true;
        endPoint.getScheduler().schedule(this::leaveTarpit, LingeringClose.TARPIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void leaveTarpit() {
        tarpit = false;
        wake();
    }

    private void consume() {
        input.consume(parser.requestLength());
        parser.next();
        incompleteRequest.reset();
    }

    /** Consumes GETs, as many as there are and the lookups have room for. */
    private void parseGets(Lookups gets) {
        for (int room = replies.room(); room > 0 && !gets.isFull() && parse() && isHeardGet(); room--) {
            gets.add(parser.array(), parser.offset(1), parser.length(1));
            consume();
        }
    }

    private boolean isHeardGet() {
        return CommandTable.isGet(parser) && session.isHeard();
    }

    private void executeGets() throws IOException {
        Batch batch = Batch.borrow();
        Lookups gets = batch.lookups();
        parseGets(gets);
        cache.getAllPresent(gets);
        putGets(gets, 0, gets.size(), round == null ? batch.misses() : round.misses());
        cache.load(batch.misses());
        batch.giveBack();
    }

    private void putGets(Lookups gets, int from, int to, Misses misses) throws IOException {
        if (from < to) {
            session.executing("get");
        }
        for (int i = from; i < to; i++) {
            Entry entry = gets.entry(i);
            if (entry != null && entry.isAbsent()) {
                replies.put(Reply.nil(session.isResp3()));
            } else if (entry != null) {
                replies.put(entry);
            } else {
                misses.add(gets.key(i), replies.putPending(session.isResp3()));
            }
        }
        registry.countCommands(to - from);
    }

    private void execute() throws IOException {
        if (parser.count() == 0) {
            return;
        }
        if (CrossProtocol.isHttp(parser)) {
            LOG.debug("{} spoke HTTP on the RESP port", session.remoteAddress);
            hangUpLate(NOTHING);
            return;
        }
        registry.countCommands(1);
        if (session.isHeard()) {
            byte[] reply = commands.execute(session, parser, () -> replies.putPending(session.isResp3()));
            if (reply != null && session.endCommand()) {
                replies.put(reply);
            }
        } else {
            executeUnheard();
        }
        if (session.isKilled() || CommandTable.isQuit(parser)) {
            lastWords = NOTHING;
        }
    }

    /** Only what a command does to the connection or the cache makes a difference. */
    private void executeUnheard() throws IOException {
        Reply nobodys = new Reply(() -> {}, session.isResp3());
        byte[] reply = CommandTable.isGet(parser) ? null : commands.execute(session, parser, () -> nobodys);
        boolean isHeardNow = session.endCommand();
        if (reply != null && isHeardNow) {
            replies.put(reply);
        }
    }

    private void abandon() {
        replies.abandon();
        input.release();
    }
}
