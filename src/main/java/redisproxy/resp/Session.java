package redisproxy.resp;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Principal;
import redisproxy.net.PeerAddress;

/**
 * What one connection has agreed on with its client. The thread that works for the connection writes it. Other threads
 * may read what CLIENT LIST shows and what CLIENT KILL selects by.
 */
final class Session {
    final long id;
    final String remoteAddress;
    final String localAddress;
    final int database;
    final long openedNanos = System.nanoTime();

    /** What is passed on to Redis. */
    final Passes passes = new Passes();

    /** The connection to Redis that the client has to itself, if it needs one. */
    final OwnConnection own;

    /** What goes over that. */
    final OwnRequests ownRequests;

    /** What is under way there. */
    final ConnectionState state;

    private final boolean isLocal;
    private volatile List<String> certificateNames = List.of();
    private volatile Principal principal = Principal.NOBODY;
    /** Since when it has been nobody. */
    private volatile long strangerSinceNanos = openedNanos;

    private volatile boolean resp3;
    private volatile String name = "";
    private volatile String libraryName = "";
    private volatile String libraryVersion = "";
    private volatile String lastCommand = "NULL";
    private volatile long lastActiveNanos = openedNanos;
    private volatile Supplier<ConnectionBuffers> buffers = () -> ConnectionBuffers.EMPTY;

    /** What the client is told without having asked. */
    final ToldClient told = new ToldClient(this);

    /** Belongs to the thread that works for the connection, as does the next field. */
    private Replies replies = Replies.ON;

    private boolean closing;

    /** Which replies are sent (redis.io, "CLIENT REPLY"). */
    enum Replies {
        ON,
        OFF,
        /** The reply to the current command is not sent. */
        NOT_THIS,
        /** Neither the reply to the current command nor that to the next one is sent. */
        NOT_THIS_NOR_NEXT
    }

    /**
     * Makes the session of a connection that has just been opened.
     *
     * @param isLocal whether the client is on the same machine
     * @param database the one that the proxy serves
     */
    Session(long id, String remoteAddress, boolean isLocal, String localAddress, int database) {
        this.id = id;
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
        this.database = database;
        this.state = new ConnectionState(database);
        this.own = new OwnConnection(state);
        this.ownRequests = new OwnRequests(state, own);
        this.isLocal = isLocal;
    }

    /** Returns who the client is. */
    Principal principal() {
        return principal;
    }

    /** Has the client be somebody else from now on. Thread-safe. */
    synchronized void become(Principal other) {
        if (!other.isKnown() && principal.isKnown()) {
            strangerSinceNanos = System.nanoTime();
        }
        principal = other;
    }

    /** Does the same if the client is {@code before}; returns whether it is. Thread-safe. */
    synchronized boolean becomeInsteadOf(Principal before, Principal other) {
        if (principal != before) {
            return false;
        }
        become(other);
        return true;
    }

    /** Returns the names in the certificate that the client has shown, or none. */
    List<String> certificateNames() {
        return certificateNames;
    }

    void certificateNames(List<String> names) {
        certificateNames = names;
    }

    /** Whether the client is on the same machine. */
    boolean isLocal() {
        return isLocal;
    }

    /** Returns the address of the client without its port. */
    String remoteHost() {
        return PeerAddress.host(remoteAddress);
    }

    /** For how many nanoseconds the client has not logged in; 0 if it has. */
    long strangerNanos(long now) {
        return principal.isKnown() ? 0 : now - strangerSinceNanos;
    }

    /** Returns the name of the user, which as in Redis is the default one of a client that has not logged in. */
    String user() {
        return principal.isKnown() ? principal.name() : Principal.DEFAULT_NAME;
    }

    /** Has CLIENT LIST show these figures; the supplier is called on any thread. */
    void measuredBy(Supplier<ConnectionBuffers> figures) {
        buffers = figures;
    }

    /* --------------- What the client keeps itself --------------- */

    /** Returns what the client keeps itself, or null if it has never asked to be told of writes. */
    @Nullable
    NearClient near() {
        return told.near();
    }

    /** Whether the client has subscriptions, at Redis or here. */
    boolean isSubscribed() {
        return told.isSubscribed() || state.isSubscribed();
    }

    /** Whether nothing matters of a GET but its value: it is answered, and as at any other time. */
    boolean takesGets() {
        return replies == Replies.ON && !told.isSubscribed();
    }

    boolean isResp3() {
        return resp3;
    }

    void speak(int protocolVersion) {
        resp3 = protocolVersion == 3;
    }

    int protocolVersion() {
        return resp3 ? 3 : 2;
    }

    String name() {
        return name;
    }

    void rename(String newName) {
        name = newName;
    }

    void libraryName(String value) {
        libraryName = value;
    }

    void libraryVersion(String value) {
        libraryVersion = value;
    }

    void replies(Replies mode) {
        replies = mode;
    }

    void skipReply() {
        if (replies != Replies.OFF) {
            replies = Replies.NOT_THIS_NOR_NEXT;
        }
    }

    /** Returns whether the reply to the next command is sent. */
    boolean isHeard() {
        return replies == Replies.ON;
    }

    /** Ends the current command; returns whether its reply is sent. */
    boolean endCommand() {
        boolean heard = replies == Replies.ON;
        if (replies == Replies.NOT_THIS_NOR_NEXT) {
            replies = Replies.NOT_THIS;
        } else if (replies == Replies.NOT_THIS) {
            replies = Replies.ON;
        }
        return heard;
    }

    /** Ends the session: the reply to the current command is the last one. */
    void closeAfterReply() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    void executing(String command) {
        // Most commands repeat the one before, and a volatile field costs more to write than to read.
        if (!command.equals(lastCommand)) {
            lastCommand = command;
        }
    }

    /** Returns the name of the last command, in lower case, or {@code NULL}. */
    String lastCommand() {
        return lastCommand;
    }

    long lastActiveNanos() {
        return lastActiveNanos;
    }

    void active(long now) {
        lastActiveNanos = now;
    }

    /** Returns to the state of a new connection (redis.io, "RESET"). */
    void reset() {
        resp3 = false;
        name = "";
        replies = Replies.ON;
        told.reset();
    }

    /** Returns one line of CLIENT LIST (redis.io, "CLIENT LIST"), with the fields of Redis 7.2 in their order. */
    String describe(long now) {
        StringBuilder line = new StringBuilder(512);
        describe(now, line);
        return line.toString();
    }

    /** Adds the same to what is there. */
    void describe(long now, StringBuilder line) {
        line.append("id=")
                .append(id)
                .append(" addr=")
                .append(remoteAddress)
                .append(" laddr=")
                .append(localAddress);
        line.append(" fd=-1 name=").append(name);
        line.append(" age=").append(ageSeconds(now)).append(" idle=").append(seconds(now - lastActiveNanos));
        line.append(" flags=")
                .append(told.flags(state.isMonitoring(), isSubscribed()))
                .append(" db=")
                .append(state.database())
                .append(' ')
                .append(state.describeSubscriptions(told.isSubscribed() ? 1 : 0))
                .append(" multi=-1");
        buffers.get().describe(line);
        line.append(" cmd=")
                .append(lastCommand)
                .append(" user=")
                .append(user())
                .append(" redir=")
                .append(told.redirection())
                .append(" resp=")
                .append(protocolVersion());
        line.append(" lib-name=").append(libraryName).append(" lib-ver=").append(libraryVersion);
    }

    long ageSeconds(long now) {
        return seconds(now - openedNanos);
    }

    private static long seconds(long nanos) {
        return Math.max(0, nanos) / 1_000_000_000;
    }
}
