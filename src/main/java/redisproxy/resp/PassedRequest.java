package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.KeyAccess;
import redisproxy.auth.Principal;
import redisproxy.cache.PendingWrite;
import redisproxy.upstream.CommandKeys;
import redisproxy.upstream.PassedCommand;

/**
 * One request on its way to Redis: it waits until its turn has come in the order of its connection, has its keys looked at and dropped
 * from the cache, and is passed on. Belongs to the thread that works for the connection.
 */
final class PassedRequest implements Continuation {
    private static final byte[] OTHER_SLOT =
            ReplyBuilder.error("CROSSSLOT Keys in request don't hash to the same slot");

    /** How many keys are looked at before others are served. */
    private static final int KEYS_AT_ONCE = 512;

    /** What a key takes beside its bytes. */
    private static final int KEY_OVERHEAD = 64;

    /** Larger ones are not told apart where they are counted. */
    private static final int MOST_COUNTED = 1 << 30;

    private final Passing passing;
    private final Invocation invocation;
    private final PassedSpec spec;

    /** Whether what it reads may not be cached meanwhile either: it stands for a read of the cache. */
    private final boolean isOfCache;

    /** Whether it needs the client's own connection. */
    private final boolean needsOwn;

    /** Whether it goes over that, as far as is known: one that needs none goes another way if the client has given it back. */
    private boolean isOwn;

    private final CommandKeys keys;
    private final List<PendingWrite> writes = new ArrayList<>();
    private byte @Nullable [] firstKey;
    private long keyBytes;
    private int next;

    /** It had to wait for its turn. */
    private boolean hasWaited;

    /** A thread of the pool passes it on, since what it does to the cache takes long. */
    private boolean isHandedOver;

    /** That thread has passed it on. */
    private volatile boolean isPassed;

    /** The reply that is changed before the client gets it, which a client has done one at a time; null if it is not. */
    private @Nullable Reply changed;

    PassedRequest(
            Passing passing,
            Invocation invocation,
            PassedSpec spec,
            CommandKeys keys,
            boolean isOfCache,
            boolean needsOwn) {
        this.passing = passing;
        this.invocation = invocation;
        this.spec = spec;
        this.keys = keys;
        this.isOfCache = isOfCache;
        this.needsOwn = needsOwn;
    }

    /** Begins; what is left goes on later. */
    void begin() {
        if (goOn(invocation.arguments()) != Progress.DONE) {
            hasWaited = true;
            invocation.continueWith(this);
        }
    }

    @Override
    public Progress goOn(Arguments arguments) {
        if (changed != null) {
            return changed.isReady() ? Progress.DONE : Progress.WAITING;
        }
        if (isHandedOver) {
            return isPassed ? Progress.DONE : Progress.WAITING;
        }
        Session session = invocation.session();
        // What would have been queued in a transaction is not executed without it.
        isOwn = needsOwn || session.own.isActive() || session.own.isBroken();
        boolean isElsewhere = isOwn && passing.isElsewhere(session, slotArgument(arguments), arguments);
        boolean beginsAnew = isElsewhere || (passing.isCluster() && spec.name().equals(OwnCommands.MULTI));
        if (isElsewhere && !session.state.isKept()) {
            // It is given back, or has state but no replies to wait for, when they have come.
            return Progress.WAITING;
        }
        if (isElsewhere && (needsOwn || session.state.isInTransaction())) {
            invocation.refuse(OTHER_SLOT);
            return Progress.DONE;
        }
        if (spec.command() == null && session.state.isUnplaced()) {
            // No server is chosen by it, so that none can say so.
            invocation.refuse(CommandErrors.unknownCommand(arguments));
            return Progress.DONE;
        }
        isOwn &= !isElsewhere;
        boolean mayPass = isOwn
                ? session.ownRequests.maySend(session.passes, beginsAnew)
                : session.passes.mayPass(session.isHeard());
        if (!mayPass) {
            return Progress.WAITING;
        }
        if (spec.name().equals(OwnCommands.MONITOR) && session.state.isMonitoring()) {
            // As in Redis, which does not reply.
            return Progress.DONE;
        }
        Principal principal = session.principal();
        boolean isAnyDenied = !principal.hasAllKeys() && spec.needsAllKeys(keys);
        int until = Math.min(keys.keys().size(), next + KEYS_AT_ONCE);
        int denied = isAnyDenied ? 0 : denied(principal, keys.keys().subList(next, until), arguments, /* start= */ 0);
        if (isAnyDenied || denied > 0) {
            writes.forEach(PendingWrite::end);
            passing.refuseKey(invocation, denied);
            return Progress.DONE;
        }
        fence(until, arguments);
        next = until;
        if (next < keys.keys().size()) {
            return Progress.AFTER_OTHERS;
        }
        pass(arguments);
        return changed != null || (isHandedOver && !isPassed) ? Progress.WAITING : Progress.DONE;
    }

    /**
     * Returns the index of the first argument that is a key which the client may not touch, or 0.
     *
     * @param start where the request begins, from which on the keys are counted
     */
    static int denied(Principal principal, List<CommandKeys.Key> keys, Arguments arguments, int start) {
        if (principal.hasAllKeys()) {
            return 0;
        }
        for (CommandKeys.Key key : keys) {
            int at = start + key.index();
            boolean mayRead = !key.reads() || may(principal, KeyAccess.READ, at, arguments);
            boolean mayWrite = !key.writes() || may(principal, KeyAccess.WRITE, at, arguments);
            if (!mayRead || !mayWrite || !may(principal, KeyAccess.METADATA, at, arguments)) {
                return at;
            }
        }
        return 0;
    }

    private static boolean may(Principal principal, KeyAccess access, int index, Arguments arguments) {
        return principal.may(access, arguments.array(), arguments.offset(index), arguments.length(index));
    }

    private void fence(int until, Arguments arguments) {
        // Nothing is promised of others' writes where the cache is not told of them.
        boolean isElsewhere = isElsewhere();
        boolean areReadsFenced = passing.cache().isTold() && !isElsewhere;
        List<byte[]> written = new ArrayList<>();
        List<byte[]> read = new ArrayList<>();
        for (CommandKeys.Key key : keys.keys().subList(next, until)) {
            boolean isWritten = (key.writes() || isOfCache) && !isElsewhere;
            if (isWritten || areReadsFenced || firstKey == null) {
                byte[] bytes = arguments.bytes(key.index());
                firstKey = firstKey == null ? bytes : firstKey;
                if (isWritten || areReadsFenced) {
                    keyBytes += bytes.length + KEY_OVERHEAD;
                    (isWritten ? written : read).add(bytes);
                }
            }
        }
        if (isQueued()) {
            invocation.session().state.transactionKeys().write(isOfCache ? List.of() : written);
            invocation.session().state.transactionKeys().bypass(isOfCache ? written : read);
            return;
        }
        if (!written.isEmpty()) {
            writes.add(
                    isOfCache
                            ? passing.cache().beginBypass(written)
                            : passing.cache().beginWrite(written, invocation.session()));
        }
        if (!read.isEmpty()) {
            writes.add(passing.cache().beginRead(read));
        }
    }

    /** Whether all that it reads and writes is in another database than what is cached. Redis tells of keys whatever their database is. */
    private boolean isElsewhere() {
        return isOwn
                && spec.staysInDatabase()
                && !passing.cache().isTold()
                && invocation.session().state.isElsewhere();
    }

    /** Whether Redis only queues it, until the end of the transaction. */
    private boolean isQueued() {
        return isOwn
                && invocation.session().state.isInTransaction()
                && !spec.name().equals(OwnCommands.EXEC);
    }

    /** Returns the index of the argument whose slot says which server of a Cluster it goes to; 0 if any will do. */
    private int slotArgument(Arguments arguments) {
        if (!keys.keys().isEmpty()) {
            return keys.keys().get(0).index();
        }
        return OwnCommands.nameShardChannels(spec.name()) && arguments.count() > 1 ? 1 : 0;
    }

    private void pass(Arguments arguments) {
        Session session = invocation.session();
        noteReads(session, arguments);
        int slotArgument = firstKey == null ? slotArgument(arguments) : 0;
        if (slotArgument > 0) {
            firstKey = arguments.bytes(slotArgument);
        }
        byte[] request = arguments.request();
        int held = (int) Math.min(MOST_COUNTED, request.length + keyBytes);
        boolean isHeard = session.isHeard();
        Reply reply = invocation.laterOfPassed(held);
        reply.came(CommandResult.BYPASS);
        if (isOwn && passesOwn(session, arguments, request, reply)) {
            return;
        }
        RunningScripts scripts = passing.scripts();
        session.passes.begin(isHeard, held, scripts);
        Runnable ended = scripts.begin(spec.name(), session.passes.isBulk());
        ReplyChange change = invocation.change();
        changed = change == null ? null : reply;
        PassedReply listener =
                new PassedReply(reply, session.passes, isHeard, held, writes, change, spec.settlement(), ended);
        PassedCommand command = new PassedCommand(
                request,
                firstKey,
                (int) session.id,
                session.passes.isBulk(),
                session.isResp3(),
                spec.isRepeatable(),
                hasWaited ? System.nanoTime() : invocation.begunNanos(),
                listener);
        if (spec.writesAny(keys)) {
            isHandedOver = true;
            passing.ofWholeCache().pass(session, command, writes, () -> {
                isPassed = true;
                reply.flush();
            });
        } else {
            session.passes.add(command);
        }
    }

    /** Has the client told when what it is about to read is written, if it wants to know. What is queued is read at the end. */
    private void noteReads(Session session, Arguments arguments) {
        NearClient near = session.near();
        if (near == null) {
            return;
        }
        if (isOwn && spec.name().equals(OwnCommands.EXEC)) {
            session.state.transactionKeys().noteReads(near);
        } else if (spec.isRepeatable()) {
            boolean isQueued = isQueued();
            // More of them are not noted in one go.
            boolean isEach = keys.isComplete() && keys.keys().size() <= KEYS_AT_ONCE;
            List<byte[]> read = new ArrayList<>();
            if (isEach) {
                keys.keys().forEach(key -> read.add(arguments.bytes(key.index())));
            }
            if (isQueued) {
                session.state.transactionKeys().read(isEach ? read : null);
            } else if (isEach) {
                read.forEach(near::reads);
            } else {
                near.readsAny();
            }
        }
    }

    /** Sends it over the client's own connection; returns false if the client has none any more and needs none. */
    private boolean passesOwn(Session session, Arguments arguments, byte[] request, Reply reply) {
        TransactionKeys transaction = session.state.transactionKeys();
        boolean isExec = spec.name().equals(OwnCommands.EXEC);
        boolean writesAny = isExec ? transaction.writesAny() : spec.writesAny(keys) && !isElsewhere();
        List<PendingWrite> ends = isQueued() ? List.of() : writes;
        OwnRequest sent = new OwnRequest(
                request,
                firstKey,
                spec.name(),
                // While the whole cache is dropped, what others pass on would overtake it on any other way.
                needsOwn || writesAny,
                OwnCommands.mayTakeLong(spec.name(), spec.command()) ? WaitingTime.nanos(spec.name(), arguments) : 0,
                reply,
                ends,
                session.isHeard());
        if (spec.settlement() != null && isQueued()) {
            transaction.addUntold();
        } else if (isExec && transaction.hasUntold()) {
            sent.settleBy(passing.settlementOfTransaction());
        } else if (spec.settlement() != null) {
            sent.settleBy(spec.settlement());
        }
        if (writesAny && isQueued()) {
            transaction.writeAny();
        } else if (writesAny) {
            isHandedOver = true;
            passing.ofWholeCache()
                    .begin(
                            writes,
                            () -> {
                                boolean unused = passing.sendOwn(session, sent);
                            },
                            error -> sent.refuse(ReplyBuilder.error(error)),
                            () -> {
                                isPassed = true;
                                reply.flush();
                            });
            return true;
        } else if (isExec) {
            transaction.beginWrites(passing.cache(), session, writes);
        }
        return passing.sendOwn(session, sent);
    }

    @Override
    public boolean abandon() {
        if (!isHandedOver) {
            writes.forEach(PendingWrite::end);
        }
        return true;
    }

    @Override
    public boolean isLong() {
        // What it waits for comes soon, unless that is another request of the client that may wait for ever.
        return invocation.session().state.isWaiting();
    }
}
