package redisproxy.redis;

import java.util.List;
import redisproxy.cache.BackingStoreException;

/** What happens to requests that one node of a Cluster does not answer. Thread-safe. */
final class ClusterRerouting implements Rerouting {
    /** Nodes that refer to each other have not agreed yet: that takes them a moment. */
    private static final int MOST_AT_ONCE = 2;

    private final NodeAddress address;
    private final ClusterStore store;
    private final boolean isReplica;

    ClusterRerouting(NodeAddress address, ClusterStore store, boolean isReplica) {
        this.address = address;
        this.store = store;
        this.isReplica = isReplica;
    }

    @Override
    public boolean takesOver(Request request, String error) {
        Redirect redirect = Redirect.of(error, address);
        if (redirect == null || !(request instanceof KeyRequest keyed)) {
            return false;
        }
        if (redirect.address() == null) {
            store.suspect(address);
        }
        String replied = "Redis at %s replied %s".formatted(address, Failures.printable(error));
        if (redirect.kind() == Redirect.Kind.DOWN && !isReplica) {
            store.refused(replied);
            if (store.isKnownDown()) {
                request.fail(BackingStoreException.unavailable(replied, null));
                return true;
            }
        }
        if (keyed.hops() >= ClusterStore.MAX_HOPS) {
            store.refresh();
            String why = redirect.address() == null
                    ? replied
                    : "the Cluster has referred the request %d times; last, %s".formatted(keyed.hops(), replied);
            request.fail(BackingStoreException.unavailable(why, null));
            return true;
        }
        NodeAddress to = redirect.address();
        boolean isMoved = redirect.kind() == Redirect.Kind.MOVED;
        if (to == null || (isMoved && keyed.hops() >= MOST_AT_ONCE)) {
            store.sendLater(keyed, replied);
            return true;
        }
        if (isMoved) {
            store.refresh();
        }
        store.sendTo(to, keyed.referred(redirect.kind() == Redirect.Kind.ASK));
        return true;
    }

    @Override
    public void takeOver(List<Request> unfinished) {
        for (Request request : unfinished) {
            if (!(request instanceof KeyRequest keyed)) {
                request.fail(BackingStoreException.unavailable("the server is left", null));
            } else if (!isReplica) {
                store.send(keyed.again());
            } else if (keyed.hops() < ClusterStore.MAX_HOPS) {
                store.send(keyed.referred(/* asking= */ false));
            } else {
                InFlight.fail(List.of(keyed), BackingStoreException.unavailable(ReplicaWatch.NO_REPLICA, null));
            }
        }
    }

    @Override
    public boolean hasOthers() {
        return isReplica;
    }

    @Override
    public boolean takesOverAbsent(KeyRequest request) {
        // Whoever has referred to this server by ASK knows where the key is.
        if (!isReplica || request.asking()) {
            return false;
        }
        if (request.hops() < ClusterStore.MAX_HOPS) {
            store.sendToMaster(request.referred(/* asking= */ false));
        } else {
            request.fail(BackingStoreException.unavailable(
                    "the Cluster has referred the request %d times".formatted(request.hops()), null));
        }
        return true;
    }

    @Override
    public void serverFailed() {
        store.suspect(address);
        store.refresh();
    }
}
