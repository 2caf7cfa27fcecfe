package redisproxy.resp;

/**
 * What one connection has agreed on with its client. The thread that works for the connection writes it. Other threads
 * may read what CLIENT LIST shows and what CLIENT KILL selects by.
 */
final class Session {
    final long id;
    final String remoteAddress;
    final String localAddress;
    final long openedNanos = System.nanoTime();

    private volatile boolean resp3;
    private volatile String name = "";
    private volatile String libraryName = "";
    private volatile String libraryVersion = "";
    private volatile String lastCommand = "NULL";
    private volatile long lastActiveNanos = openedNanos;

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

    Session(long id, String remoteAddress, String localAddress) {
        this.id = id;
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
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
    }

    /** Returns one line of CLIENT LIST (redis.io, "CLIENT LIST") with the fields that have a meaning here. */
    String describe(long now) {
        return "id=%d addr=%s laddr=%s fd=-1 name=%s age=%d idle=%d flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 cmd=%s"
                        .formatted(
                                id,
                                remoteAddress,
                                localAddress,
                                name,
                                seconds(now - openedNanos),
                                seconds(now - lastActiveNanos),
                                lastCommand)
                + " user=default lib-name=%s lib-ver=%s resp=%d"
                        .formatted(libraryName, libraryVersion, protocolVersion());
    }

    long ageSeconds(long now) {
        return seconds(now - openedNanos);
    }

    private static long seconds(long nanos) {
        return Math.max(0, nanos) / 1_000_000_000;
    }
}
