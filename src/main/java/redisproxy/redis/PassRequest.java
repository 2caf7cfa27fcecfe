package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.RawReply;

/**
 * Passes a command on byte for byte. Unless it is repeatable it is sent once: what has left and is not answered ends by an error that
 * says so.
 */
final class PassRequest implements KeyRequest {
    private static final byte[] ASKING = "*1\r\n$6\r\nASKING\r\n".getBytes(US_ASCII);

    private static final byte[] NO_KEY = {};

    /** What a redirect says is short. */
    private static final int LONGEST_TEXT = 1024;

    /** What an error ends with if the command may have been executed. */
    static final String UNKNOWN_FATE = "; it is not known whether the command was executed";

    /** The slot is that of the key, or any if there is none. */
    static final int UNTOLD_SLOT = -1;

    private final PassedCommand command;

    /** The slot whose server in a Cluster it goes to, or {@link #UNTOLD_SLOT}. */
    private final int slot;

    private final int hops;
    private final boolean asking;

    /** Decides between the thread that sends it and one that ends it. The same for the command at all servers. */
    private final AtomicReference<State> state;

    /** Whether a reply follows on the link that it was sent over last. Used by the loader's thread alone. */
    private boolean isUnderWay;

    private enum State {
        /** It has not been sent. */
        WAITING,
        /** It may have left. */
        SENT,
        /** It has ended, and is not sent any more. */
        OVER
    }

    PassRequest(PassedCommand command) {
        this(command, UNTOLD_SLOT);
    }

    /** Makes a request for the server in a Cluster that holds a slot. */
    PassRequest(PassedCommand command, int slot) {
        this(command, slot, 0, false, new AtomicReference<>(State.WAITING));
    }

    private PassRequest(PassedCommand command, int slot, int hops, boolean asking, AtomicReference<State> state) {
        this.command = command;
        this.slot = slot;
        this.hops = hops;
        this.asking = asking;
        this.state = state;
    }

    /** Returns requests for commands that were passed on together. */
    static List<PassRequest> of(List<PassedCommand> commands) {
        if (commands.size() == 1) {
            return List.of(new PassRequest(commands.get(0)));
        }
        List<PassRequest> requests = new ArrayList<>(commands.size());
        commands.forEach(command -> requests.add(new PassRequest(command)));
        return requests;
    }

    /** Returns those of some requests that pass commands on, in their order. */
    static List<PassRequest> among(List<? extends Request> requests) {
        List<PassRequest> passed = List.of();
        for (Request request : requests) {
            if (request instanceof PassRequest one) {
                if (passed.isEmpty()) {
                    passed = new ArrayList<>();
                }
                passed.add(one);
            }
        }
        return passed;
    }

    PassedCommand command() {
        return command;
    }

    /** Returns whether any server will do, because there is neither a slot nor a key. */
    boolean hasAnySlot() {
        return slot == UNTOLD_SLOT && command.key() == null;
    }

    /** Returns the slot whose server in a Cluster it goes to, or {@link #UNTOLD_SLOT}. */
    int slot() {
        return slot;
    }

    @Override
    public byte[] key() {
        byte[] key = command.key();
        return key == null ? NO_KEY : key;
    }

    @Override
    public long bytes() {
        return command.request().length;
    }

    @Override
    public int hops() {
        return hops;
    }

    @Override
    public boolean asking() {
        return asking;
    }

    @Override
    public PassRequest referred(boolean isAsking) {
        return new PassRequest(command, slot, hops + 1, isAsking, state);
    }

    @Override
    public PassRequest again() {
        return new PassRequest(command, slot, hops, /* asking= */ false, state);
    }

    @Override
    public long waitedNanos() {
        return command.waitedNanos();
    }

    @Override
    public void send(Link to, Term term) {
        isUnderWay = state.compareAndSet(State.WAITING, State.SENT) || maySendAgain();
        if (!isUnderWay) {
            // It has ended, or another link may have carried it.
            fail(BackingStoreException.unavailable("the connection to Redis broke", null));
            return;
        }
        if (asking) {
            to.sendRequest(ASKING);
        }
        to.sendRequest(command.request());
    }

    @Override
    public void sent() {}

    @Override
    public boolean isRepeatable() {
        return command.isRepeatable();
    }

    @Override
    public boolean maySendAgain() {
        State present = state.get();
        return present == State.WAITING || (present == State.SENT && isRepeatable());
    }

    @Override
    public void receive(Link from) {
        if (!isUnderWay) {
            return;
        }
        // Another thread may have ended it since it was sent. Its reply has to be read nevertheless.
        from.admitted(asking);
        RawReply reply;
        try {
            reply = from.rawReply();
        } catch (ExcessiveReplyException e) {
            end("ERR the command has been executed, but " + e.getMessage());
            return;
        }
        if (reply.type() == '-') {
            refused(reply, from);
        } else {
            state.set(State.OVER);
            command.reply(reply);
        }
    }

    /** Redis has not executed what it refers to another server, or to a later time. */
    private void refused(RawReply reply, Link from) {
        boolean isWanted = state.compareAndSet(State.SENT, State.WAITING);
        if (isWanted && !from.rerouting().takesOver(this, text(reply))) {
            state.set(State.OVER);
            command.reply(reply);
        }
    }

    private static String text(RawReply reply) {
        byte[] first = reply.chunks().get(0);
        int end = Math.min(first.length, LONGEST_TEXT);
        return new String(first, 1, end - 1, ISO_8859_1).stripTrailing();
    }

    @Override
    public void fail(BackingStoreException cause) {
        boolean mayBeExecuted = state.getAndSet(State.OVER) == State.SENT && !isRepeatable();
        String text = cause.isErrorReply() ? cause.getMessage() : "ERR " + cause.getMessage();
        if (mayBeExecuted) {
            command.failInDoubt(text + UNKNOWN_FATE);
        } else {
            command.fail(text);
        }
    }

    private void end(String error) {
        state.set(State.OVER);
        command.fail(error);
    }

    @Override
    public void flush() {
        command.flush();
    }

    @Override
    public Object recipient() {
        return command.recipient();
    }
}
