package redisproxy.redis;

import java.util.List;
import redisproxy.cache.BackingStoreException;

/** What happens to requests that one node of a Cluster does not answer. Thread-safe. */
final class ClusterRerouting implements Rerouting {
    /** Nodes that refer to each other have not agreed yet: that takes them a moment. */
    private static final int MOST_AT_ONCE = 2;

    private final NodeAddress address;
    private final ClusterStore store;

    ClusterRerouting(NodeAddress address, ClusterStore store) {
        this.address = address;
        this.store = store;
    }

    @Override
    public boolean takesOver(Request request, String error) {
        Redirect redirect = Redirect.of(error, address);
        if (redirect == null || !(request instanceof KeyRequest keyed)) {
            return false;
        }
        if (keyed.hops() >= ClusterStore.MAX_HOPS) {
            store.refresh();
            String replied = "Redis at %s replied %s".formatted(address, error);
            String why = redirect.address() == null
                    ? replied
                    : "the Cluster has referred the request %d times; last, %s".formatted(keyed.hops(), replied);
            request.fail(BackingStoreException.unavailable(why, null));
            return true;
        }
        NodeAddress to = redirect.address();
        boolean isMoved = redirect.kind() == Redirect.Kind.MOVED;
        if (to == null || (isMoved && keyed.hops() >= MOST_AT_ONCE)) {
            store.sendLater(keyed, "Redis at %s replied %s".formatted(address, error));
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
            if (request instanceof KeyRequest keyed) {
                store.send(keyed.again());
            }
        }
    }

    @Override
    public void serverFailed() {
        store.refresh();
    }
}
