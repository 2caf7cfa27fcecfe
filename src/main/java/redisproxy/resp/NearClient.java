package redisproxy.resp;

import org.jspecify.annotations.Nullable;
import redisproxy.auth.KeyAccess;
import redisproxy.near.NearCache;
import redisproxy.near.NearCaches;

/**
 * A client that may keep a cache itself: what it is told of, and whether over its own connection or that of another client.
 * {@link #reads} and {@link #endCommand} belong to the thread that works for the connection; all else is thread-safe.
 */
final class NearClient implements NearCache.Outlet {
    /** In place of the id of a client. */
    static final long NO_TARGET = 0;

    /** CLIENT CACHING is for the next command other than this. */
    private static final String CLIENT = "client";

    private final Session session;
    private final NearCache cache;
    private volatile @Nullable Session target;
    private volatile boolean isTargetLost;

    NearClient(Session session, NearCaches caches) {
        this.session = session;
        this.cache = caches.open(this, session);
    }

    NearCache cache() {
        return cache;
    }

    /** Has what the client is told go to another client, or to itself if null. */
    void redirect(@Nullable Session to) {
        target = to;
        isTargetLost = false;
    }

    /** Returns the id of the client that is told in place of this one; {@link #NO_TARGET} if none is. */
    long targetId() {
        Session to = target;
        return to == null ? NO_TARGET : to.id;
    }

    /** Whether another client should have been told that has left. */
    boolean isTargetLost() {
        return isTargetLost;
    }

    boolean isOn() {
        return cache.options() != null;
    }

    void turnOff() {
        cache.turnOff();
        isTargetLost = false;
    }

    /** The client is about to be served this key. Takes the array over. */
    void reads(byte[] key) {
        if (!cache.mayKeep()) {
            return;
        }
        if (target == null) {
            session.told.pushes().reads(cache, key);
        } else if (!cache.note(key)) {
            // There is no order between two connections: a client that uses them looks whether it was told while it
            // waited.
            invalidated(key);
        }
    }

    /** The client is about to be served keys that are too many to be noted, or not known: it must keep none of them. */
    void readsAny() {
        if (!cache.mayKeep()) {
            return;
        }
        if (target == null) {
            session.told.pushes().readsAny();
        } else {
            allInvalidated();
        }
    }

    /** The client is about to be served this key by GET. Takes the array over. */
    void readsByGet(byte[] key) {
        reads(key);
        cache.endCommand();
    }

    /** The command of a request has ended. What CLIENT CACHING said holds until the end of a transaction, as in Redis. */
    void endCommand(Arguments request) {
        if (cache.isCachingGiven()
                && !session.state.isInTransaction()
                && !request.text(0).equalsIgnoreCase(CLIENT)) {
            cache.endCommand();
        }
    }

    @Override
    public void invalidated(byte[] key) {
        tell(Push.of(key));
    }

    @Override
    public void allInvalidated() {
        tell(Push.ALL);
    }

    @Override
    public boolean mayHearOf(byte[] key) {
        return session.principal().may(KeyAccess.READ, key);
    }

    private void tell(Push push) {
        Session to = target;
        if (to == null) {
            session.told.pushes().add(push);
        } else if (to.told.isGone()) {
            isTargetLost = true;
            session.told.pushes().add(Push.targetLost(to.id));
        } else {
            to.told.pushes().add(push);
        }
    }
}
