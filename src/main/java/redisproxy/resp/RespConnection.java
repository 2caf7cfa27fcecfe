package redisproxy.resp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.cache.ReadThroughCache;

/**
 * One client on the RESP port: reads requests, answers them in order, hits at once and misses when they are loaded.
 * Never blocks.
 */
final class RespConnection extends AbstractConnection.NonBlocking {
    /*
     * Threads
     * -------
     * Three kinds of events concern a connection: it became readable, a write ended, a load finished. They come on
     * any thread, and one thread at a time works for the connection: whoever raises `pendingWork` from zero runs
     * work() until no event is left, all others only leave their mark. So everything below that is not volatile or
     * atomic belongs to work(), without a lock.
     *
     * Order
     * -----
     * Replies go straight into the output buffer as long as none waits. From the first miss on they queue behind it.
     *
     * Bounds
     * ------
     * No request is executed while a write is under way or too many replies wait, and nothing is read unless what was
     * read has been executed. So a client that does not read is not read from. The input buffer grows with what has
     * arrived of one request, never with what was announced.
     */
    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    private static final int INPUT_BYTES = 16 * 1024;

    /** The most that a request may take before it is complete, as Redis's client-query-buffer-limit. */
    private static final int MAX_REQUEST_BYTES = 1024 * 1024 * 1024;

    /** How long a client that is hung up on gets to read why. */
    private static final long LINGER_MILLIS = 1_000;

    private static final byte[] NOTHING = {};
    private static final byte[] OVER_LIMIT =
            "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ReadThroughCache cache;
    private final CommandTable commands;
    private final ClientRegistry registry;
    private final Session session;
    private final RequestParser parser = new RequestParser();
    private final Lookups gets = new Lookups();
    private final AtomicInteger pendingWork = new AtomicInteger();

    private volatile boolean fillable;
    private volatile boolean draining;
    private volatile boolean closed;
    private volatile boolean registered;

    private final InputBuffer input;
    private final ReplyWriter replies;
    private boolean interested;
    private boolean readable;
    private boolean endOfInput;

    /** What is said before hanging up; null while requests are executed. */
    private byte @Nullable [] lastWords;

    RespConnection(
            EndPoint endPoint,
            Executor executor,
            ByteBufferPool buffers,
            ReadThroughCache cache,
            CommandTable commands,
            ClientRegistry registry) {
        super(endPoint, executor);
        this.cache = cache;
        this.commands = commands;
        this.registry = registry;
        this.input = new InputBuffer(buffers, INPUT_BYTES, MAX_REQUEST_BYTES);
        this.replies = new ReplyWriter(endPoint, buffers, this::wake);
        this.session = new Session(
                registry.nextId(),
                Addresses.format(endPoint.getRemoteSocketAddress()),
                Addresses.format(endPoint.getLocalSocketAddress()));
    }

    @Override
    public void onOpen() {
        super.onOpen();
        registered = registry.register(session, this);
        if (registered) {
            interested = true;
            fillInterested();
            if (registry.isDraining()) {
                drain();
            }
        } else {
            getEndPoint().upgrade(farewell(OVER_LIMIT, LINGER_MILLIS));
        }
    }

    @Override
    public void onFillable() {
        fillable = true;
        wake();
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        getEndPoint().close(cause);
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return false;
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        if (registered) {
            registry.unregister(session);
        }
        closed = true;
        wake();
    }

    /** Answers what has been read, then closes. */
    void drain() {
        draining = true;
        wake();
    }

    /** Has some thread, perhaps this one, look at what has happened to the connection. */
    void wake() {
        if (pendingWork.getAndIncrement() == 0) {
            int seen = 1;
            do {
                work();
                seen = pendingWork.addAndGet(-seen);
            } while (seen != 0);
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
            LOG.debug("A RESP connection failed", e);
            getEndPoint().close(e);
        }
    }

    private void advance() throws IOException {
        if (fillable) {
            fillable = false;
            interested = false;
            readable = true;
            session.active(System.nanoTime());
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

    /** Nothing is left to do for now: wait for bytes, or hang up if there will be no more. */
    private void settle(boolean wantsInput) {
        input.releaseIfEmpty();
        replies.release();
        if (wantsInput) {
            if (!interested) {
                interested = true;
                fillInterested();
            }
        } else if (!replies.hasQueued()) {
            hangUp();
        }
    }

    private void hangUp() {
        if (lastWords != null) {
            getEndPoint().upgrade(farewell(lastWords, LINGER_MILLIS));
        } else if (draining && !interested && !endOfInput) {
            // It may have sent more than has been read, and still be reading what was answered.
            getEndPoint().upgrade(farewell(NOTHING, registry.drainMillis()));
        } else {
            getEndPoint().close();
        }
    }

    private FarewellConnection farewell(byte[] words, long lingerMillis) {
        return new FarewellConnection(getEndPoint(), getExecutor(), words, lingerMillis);
    }

    /**
     * Reads once for each time the socket became readable, so that no client keeps the thread from others; returns
     * whether there is something new to look at.
     */
    private boolean read() throws IOException {
        readable = false;
        int filled = input.fill(getEndPoint());
        endOfInput = filled < 0;
        return filled > 0;
    }

    /** Executes the complete requests that have been read; returns false if a write is under way. */
    private boolean executeBuffered() {
        while (mayExecute()) {
            boolean complete = parse();
            while (complete && CommandTable.isGet(parser) && gets.accepts(parser.array())) {
                gets.add(parser.array(), parser.offset(1), parser.length(1));
                consume();
                complete = parse();
            }
            if (gets.size() > 0) {
                executeGets();
            } else if (complete) {
                execute();
                consume();
            } else {
                return true;
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
            LOG.debug("{} broke the protocol: {}", session.remoteAddress, e.getMessage());
            lastWords = ReplyBuilder.error("ERR Protocol error: " + e.getMessage());
            return false;
        }
    }

    private void consume() {
        input.consume(parser.requestLength());
        parser.next();
    }

    private void executeGets() {
        cache.getAllPresent(gets);
        for (int i = 0; i < gets.size(); i++) {
            Entry entry = gets.entry(i);
            if (entry != null) {
                replies.put(entry);
            } else {
                cache.load(gets.key(i), replies.putPending(session.isResp3()));
            }
        }
        registry.countCommands(gets.size());
        gets.clear();
    }

    private void execute() {
        if (parser.count() == 0) {
            return;
        }
        if (CrossProtocol.isHttp(parser)) {
            LOG.debug("{} spoke HTTP on the RESP port", session.remoteAddress);
            lastWords = NOTHING;
            return;
        }
        replies.put(commands.execute(session, parser));
        registry.countCommands(1);
        if (CommandTable.isQuit(parser)) {
            lastWords = NOTHING;
        }
    }

    private void abandon() {
        replies.abandon();
        input.release();
    }
}
