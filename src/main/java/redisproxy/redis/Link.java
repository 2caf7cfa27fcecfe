package redisproxy.redis;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.upstream.EventLoop;
import redisproxy.upstream.RawReply;

/**
 * A connection that requests are sent over. One thread owns it, opens it and reads its replies. Reading blocks without a
 * timeout, so the owner makes it known to a thread that {@linkplain #abort aborts} it in time.
 */
final class Link extends OneTimeConnection {
    private static final String WRONG_TYPE = "WRONGTYPE";

    /** After so long without a request, the server may have closed the connection. */
    private static final long IDLE_NANOS = Duration.ofMillis(500).toNanos();

    private final NodeConfig config;
    private final Links links;
    private final String address;

    /** Which server it had to lead to when it was opened; null before. */
    private volatile Links.@Nullable Destination destination;

    /** When it was opened, or brought the replies of a batch. */
    private volatile long heardNanos;

    /** When what is gathered leaves at the earliest, by the clock of the loads, if {@link #isLeavingKnown}. */
    private long leavesAt;

    private boolean isLeavingKnown;

    /** Null before the first reply. */
    private @Nullable LinkReplies replies;

    /** How the next reply is read. */
    private LinkReplies.Kind wanted = LinkReplies.Kind.DECODED;

    private Runnable beforeWaiting = () -> {};

    private final LinkOutput output = new LinkOutput(this::write);

    /** How many commands and requests have been sent since it was opened. */
    private int sent;

    /** Null while no event loop has it. */
    private volatile @Nullable LoopIo loopIo;

    Link(NodeConfig config, JedisClientConfig client, Links links) {
        super(config, client, /* hasChannel= */ true);
        this.config = config;
        this.links = links;
        this.address = config.address().toString();
    }

    /** Returns the address of the server that it leads to. */
    String address() {
        return address;
    }

    /** Connects, introduces this client, and checks which server it has reached. */
    @Override
    void open() {
        Links.Destination wanted = links.destination();
        super.open();
        config.role().verify(this, config);
        if (config.isReadOnly()) {
            sendCommand(Protocol.Command.READONLY);
            getStatusCodeReply();
        }
        wanted.check(this);
        links.greet(this);
        heardNanos = System.nanoTime();
        destination = wanted;
        links.opened();
    }

    boolean isOpen() {
        return destination != null;
    }

    /**
     * Returns whether it is open, has not been aborted, was opened after the last call of {@link Links#renew}, and is not {@link
     * #isForgotten() forgotten}.
     */
    boolean isCurrent() {
        return destination == links.destination() && !isAborted() && !isForgotten();
    }

    /** All replies of a batch have been read. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    /** Returns whether it was opened and has not been heard of since another link {@linkplain Links#forgetSilent was silent}. */
    boolean isForgotten() {
        return isOpen() && heardNanos - links.heardSinceNanos() < 0;
    }

    /**
     * Fails if there is something to read before anything has been asked: it would be taken for the next reply, and each
     * reply for that to the request before.
     */
    void requireNothingToRead() {
        if (!isSilent()) {
            throw new MalformedReplyException("a reply to no request");
        }
    }

    /** Returns whether nothing has arrived that has not been read. Where an event loop has it: that the loop has filled in. */
    private boolean isSilent() {
        LinkReplies mine = replies;
        try {
            return mine == null
                    || (loopIo == null ? mine.input().isSilent() : mine.input().isEmpty());
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    /**
     * Fails if the server has closed the connection while it was idle, so that requests that must not be sent twice are not sent
     * for nothing. Takes a millisecond if the connection has been idle for a while, and no time else.
     */
    void requireOpenAfterIdle() {
        LinkReplies mine = replies;
        if (System.nanoTime() - heardNanos < IDLE_NANOS || mine == null) {
            return;
        }
        LoopIo io = loopIo;
        if (io != null) {
            io.fill();
            requireNothingToRead();
            return;
        }
        setSoTimeout(1);
        try {
            if (mine.hasBytesInTime()) {
                throw new MalformedReplyException("a reply to no request");
            }
        } finally {
            setSoTimeout(0);
        }
    }

    /** Returns when what is gathered at present leaves at the earliest, by the clock of {@code load}. */
    long leavesAt(Load load) {
        if (!isLeavingKnown) {
            leavesAt = load.now();
            isLeavingKnown = true;
        }
        return leavesAt;
    }

    /** Sends what has been gathered. */
    @Override
    public void flush() {
        isLeavingKnown = false;
        if (isOpen()) {
            output.flush();
        } else {
            super.flush();
        }
    }

    /** Has the owner do something before it waits for the server. It must not block. */
    void beforeWaiting(Runnable first) {
        beforeWaiting = first;
    }

    /** Gathers a command, once the link is open. */
    @Override
    public void sendCommand(CommandArguments command) {
        if (isAborted()) {
            throw closed();
        }
        if (isOpen()) {
            sent++;
            output.command(command);
        } else {
            super.sendCommand(command);
        }
    }

    /** Gathers a whole request, or sends it behind what has been gathered if it is large. */
    void sendRequest(byte[] request) {
        sent++;
        output.request(request);
    }

    /** Returns how many commands and requests have been sent or gathered, each of which has one reply. */
    int sent() {
        return sent;
    }

    @Override
    void write(byte[] bytes, int offset, int length) {
        LoopIo io = loopIo;
        if (io == null) {
            super.write(bytes, offset, length);
        } else {
            io.write(bytes, offset, length);
        }
    }

    /** Sends {@code ASKING} if the next command is for a key of a slot that is on its way to the server. */
    void askFor(boolean asking) {
        if (asking) {
            sendCommand(Protocol.Command.ASKING);
        }
    }

    /** Reads the reply to what {@link #askFor} has sent. Whether it was an error shows in the reply to the command. */
    void admitted(boolean asking) {
        if (asking) {
            Object unused = reply();
        }
    }

    /** Waits for a reply and returns it as {@link RespReader#reply} does. */
    @Nullable
    Object reply() {
        Object reply = readProtocolWithCheckingBroken();
        if (reply instanceof RespReader.ErrorReply) {
            links.counters().errorReply();
        }
        return reply;
    }

    /**
     * Waits for a reply and returns it byte for byte.
     *
     * @throws ExcessiveReplyException if it does not fit into the heap; it has been read over
     */
    RawReply rawReply() {
        RawReply reply = (RawReply) read(LinkReplies.Kind.RAW);
        if (reply == null) {
            LinkReplies read = replies;
            throw read == null ? new ExcessiveReplyException(0, null) : read.excess();
        }
        if (reply.type() == '-') {
            links.counters().errorReply();
        }
        return reply;
    }

    /** Waits for a reply of any kind and returns it as {@link NestedReplies#read} does. */
    @Nullable
    Object nestedReply() {
        return read(LinkReplies.Kind.NESTED);
    }

    private @Nullable Object read(LinkReplies.Kind kind) {
        wanted = kind;
        try {
            return readProtocolWithCheckingBroken();
        } finally {
            wanted = LinkReplies.Kind.DECODED;
        }
    }

    /** Tells an operator what is wrong with the server, and not each time. */
    void warn(String what) {
        links.warn(what);
    }

    Rerouting rerouting() {
        return links.rerouting();
    }

    /** Returns what an error reply means to a client. Logs what an operator has to know of. */
    BackingStoreException refusal(RespReader.ErrorReply reply) {
        String error = Failures.oneLine(reply);
        if (error.startsWith(WRONG_TYPE)) {
            return BackingStoreException.notAString(error);
        }
        String wrong = WrongPeer.byError(config, error);
        if (wrong == null) {
            return BackingStoreException.errorReply(error);
        }
        links.warn(wrong);
        return BackingStoreException.unavailable(wrong, null);
    }

    /**
     * Has an event loop have it, and returns how the loop uses it. Returns null if one has it, or it is of a kind that cannot do without a
     * thread.
     */
    @Nullable
    LoopIo lendTo(EventLoop loop, EventLoop.Watcher watcher) {
        SocketChannel channel = channel();
        LinkReplies mine = replies;
        if (loopIo != null || channel == null || mine == null || !isSilent()) {
            return null;
        }
        LoopIo io = new LoopIo(mine.input(), channel, loop, watcher);
        loopIo = io;
        return io;
    }

    /** The thread that owns it has it again, if a loop had it. Blocks while it sends what the socket has not taken. */
    void takeBack() {
        LoopIo io = loopIo;
        if (io != null) {
            loopIo = null;
            io.end();
        }
    }

    @Override
    void abort() {
        super.abort();
        LoopIo io = loopIo;
        if (io != null) {
            io.look();
        }
    }

    /** Jedis reads the handshake. Replies to requests are read by a reader that checks how they are framed. */
    @Override
    protected @Nullable Object protocolRead(RedisInputStream stream, PushConsumerChain pushes) {
        LinkReplies mine = replies;
        if (mine == null) {
            mine = new LinkReplies(new LinkInput(stream, () -> beforeWaiting.run()));
            replies = mine;
        }
        return isOpen() ? mine.read(wanted) : super.protocolRead(stream, pushes);
    }
}
