package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/** Requests that wait for a master that can answer them: reads, and commands that are passed on, which wait in their lanes. Thread-safe; no method blocks. */
final class Waiting {
    private final MasterLanes lanes;

    @GuardedBy("this")
    private List<KeyRequest> requests = new ArrayList<>();

    /** Makes an empty one; commands wait in {@code lanes}. */
    Waiting(MasterLanes lanes) {
        this.lanes = lanes;
    }

    void addAll(List<? extends KeyRequest> added) {
        List<PassRequest> passed = PassRequest.among(added);
        lanes.hold(passed);
        addReads(passed.isEmpty() ? added : without(added));
    }

    private static List<KeyRequest> without(List<? extends KeyRequest> requests) {
        List<KeyRequest> others = new ArrayList<>(requests);
        others.removeIf(PassRequest.class::isInstance);
        return others;
    }

    private synchronized void addReads(List<? extends KeyRequest> added) {
        requests.addAll(added);
    }

    /** Removes and returns all. */
    List<KeyRequest> takeAll() {
        List<KeyRequest> all = new ArrayList<>(takeReads());
        all.addAll(lanes.takeAll());
        return all;
    }

    /** Removes and returns all reads, in the order in which they came. */
    synchronized List<KeyRequest> takeReads() {
        List<KeyRequest> taken = requests;
        if (!taken.isEmpty()) {
            requests = new ArrayList<>();
        }
        return taken;
    }

    /** Removes and returns those whose listeners have been waiting for so long. */
    List<KeyRequest> takeOverdue(long nanos) {
        List<KeyRequest> overdue = takeOverdueReads(nanos);
        overdue.addAll(lanes.takeOverdue(nanos));
        return overdue;
    }

    private synchronized List<KeyRequest> takeOverdueReads(long nanos) {
        List<KeyRequest> overdue = new ArrayList<>();
        requests.removeIf(request -> request.waitedNanos() >= nanos && overdue.add(request));
        return overdue;
    }
}
