package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import redisproxy.cache.BackingStoreException;

/** What happens to requests that one node of a Cluster does not answer. Thread-safe. */
final class ClusterRerouting implements Rerouting {
    /** Nodes that refer to each other have not agreed yet: that takes them a moment. */
    private static final int MOST_AT_ONCE = 2;

    private final NodeAddress address;
    private final ClusterSending sending;
    private final boolean isReplica;

    ClusterRerouting(NodeAddress address, ClusterSending sending, boolean isReplica) {
        this.address = address;
        this.sending = sending;
        this.isReplica = isReplica;
    }

    @Override
    public boolean takesOver(Request request, String error) {
        Redirect redirect = Redirect.of(error, address);
        if (redirect == null || !(request instanceof KeyRequest keyed)) {
            return false;
        }
        String replied = "Redis at %s replied %s".formatted(address, Failures.printable(error));
        boolean isOfOthers = isReplica && redirect.address() == null;
        if (isOfOthers) {
            boolean unused =
                    sending.suspect(address, "it replies " + Failures.printable(error), /* asksAtOnce= */ false);
        }
        if (redirect.kind() == Redirect.Kind.DOWN) {
            sending.refused(replied);
            if (sending.isKnownDown() && (!isReplica || sending.readsReplicasAlone())) {
                sending.fail(request, replied);
                return true;
            }
        }
        if (keyed.hops() >= ClusterSending.MAX_HOPS) {
            sending.refresh();
            String why = redirect.address() == null
                    ? replied
                    : "the Cluster has referred the request %d times; last, %s".formatted(keyed.hops(), replied);
            sending.fail(request, why);
            return true;
        }
        if (isOfOthers) {
            sending.send(keyed.referred(/* asking= */ false));
            return true;
        }
        NodeAddress to = redirect.address();
        boolean isMoved = redirect.kind() == Redirect.Kind.MOVED;
        // The error of a script that is passed on may name any address, which must not be told the password of the
        // Cluster.
        boolean isBelieved = to != null && (!(request instanceof PassRequest) || sending.hasNode(to));
        if (to == null || !isBelieved || (isMoved && keyed.hops() >= MOST_AT_ONCE)) {
            sending.sendLater(keyed, replied);
            return true;
        }
        if (isMoved) {
            sending.refresh();
        }
        sending.sendTo(to, keyed.referred(redirect.kind() == Redirect.Kind.ASK));
        return true;
    }

    @Override
    public List<Request> takeOver(List<Request> unfinished) {
        List<Request> rest = new ArrayList<>();
        for (Request request : unfinished) {
            if (!(request instanceof KeyRequest keyed)) {
                rest.add(request);
            } else if (!hasOthers()) {
                sending.send(keyed.again());
            } else if (keyed.hops() < ClusterSending.MAX_HOPS) {
                sending.send(keyed.referred(/* asking= */ false));
            } else {
                rest.add(keyed);
            }
        }
        return rest;
    }

    @Override
    public boolean hasOthers() {
        return sending.hasOthers(isReplica);
    }

    @Override
    public boolean takesOverAbsent(KeyRequest request) {
        // Whoever has referred to this server by ASK knows where the key is.
        if (!isReplica || request.asking()) {
            return false;
        }
        if (request.hops() < ClusterSending.MAX_HOPS) {
            sending.sendToMaster(request.referred(/* asking= */ false));
        } else {
            request.fail(BackingStoreException.unavailable(
                    "the request has been passed on %d times and not been answered".formatted(request.hops()), null));
        }
        return true;
    }

    @Override
    public void serverFailed() {
        boolean isNews = sending.suspect(address, "a connection to it has failed", /* asksAtOnce= */ true);
        if (isNews || !isReplica) {
            sending.refresh();
        }
    }

    @Override
    public void wrongRole(String why) {
        if (sending.lost(address, why)) {
            sending.refresh();
        }
    }
}
