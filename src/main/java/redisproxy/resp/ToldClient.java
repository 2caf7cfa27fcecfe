package redisproxy.resp;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.near.NearCaches;
import redisproxy.near.NearOptions;

/** What one client is told without having asked, as far as it wants to be told anything. Thread-safe; no method blocks. */
final class ToldClient {
    private final Session session;

    private volatile Supplier<Pushes> maker = () -> {
        throw new IllegalStateException("the connection tells nothing");
    };
    private volatile @Nullable Pushes pushes;

    /** What the client keeps itself; null until it has asked to be told of writes. */
    private volatile @Nullable NearClient near;

    private volatile boolean isGone;

    /** The client listens for what another one is told of writes. */
    private volatile boolean isSubscribed;

    ToldClient(Session session) {
        this.session = session;
    }

    /** Has this make the pushes when they are needed first. */
    void pushedBy(Supplier<Pushes> supplier) {
        maker = supplier;
    }

    /** Returns what the client is told. */
    Pushes pushes() {
        Pushes made = pushes;
        return made == null ? makePushes() : made;
    }

    private synchronized Pushes makePushes() {
        Pushes made = pushes;
        if (made == null) {
            made = maker.get();
            if (isGone) {
                made.close();
            }
            pushes = made;
        }
        return made;
    }

    /** Returns the same, or null if the client has never been told anything. */
    @Nullable
    Pushes pushesIfAny() {
        return pushes;
    }

    /** Returns what the client keeps itself, or null if it has never asked to be told of writes. */
    @Nullable
    NearClient near() {
        return near;
    }

    /** Returns what the client keeps itself. */
    synchronized NearClient near(NearCaches caches) {
        NearClient keeps = near;
        if (keeps == null) {
            keeps = new NearClient(session, caches);
            if (isGone) {
                keeps.cache().close();
            }
            near = keeps;
        }
        return keeps;
    }

    /** The client is about to be served a key: the value of it, or anything that changes when it is written. Takes the array over. */
    void reads(byte[] key) {
        NearClient keeps = near;
        if (keeps != null) {
            keeps.reads(key);
        }
    }

    void subscribed(boolean listens) {
        isSubscribed = listens;
    }

    /** Whether the client listens for what another one is told of writes. */
    boolean isSubscribed() {
        return isSubscribed;
    }

    /** The client wants to be told nothing more. */
    void reset() {
        NearClient keeps = near;
        if (keeps != null) {
            keeps.turnOff();
        }
        isSubscribed = false;
    }

    /** The connection has ended. */
    synchronized void gone() {
        isGone = true;
        NearClient keeps = near;
        if (keeps != null) {
            keeps.cache().close();
        }
        Pushes made = pushes;
        if (made != null) {
            made.close();
        }
    }

    boolean isGone() {
        return isGone;
    }

    /** Returns the flags of CLIENT LIST (redis.io, "CLIENT LIST") of a client that monitors, and has subscriptions, or does not. */
    String flags(boolean isMonitoring, boolean hasSubscriptions) {
        NearClient keeps = near;
        NearOptions options = keeps == null ? null : keeps.cache().options();
        String flags = (isMonitoring ? "O" : "") + (hasSubscriptions ? "P" : "");
        if (keeps != null && options != null) {
            flags += "t" + (keeps.isTargetLost() ? "R" : "") + (options.isBroadcast() ? "B" : "");
        }
        return flags.isEmpty() ? "N" : flags;
    }

    /** Returns the id of the client that is told in place of this one, 0 if this one is told, and -1 if none is. */
    long redirection() {
        NearClient keeps = near;
        return keeps != null && keeps.isOn() ? keeps.targetId() : -1;
    }
}
