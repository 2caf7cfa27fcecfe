package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/** Requests that wait for a server that can answer them. Thread-safe; no method blocks. */
final class Waiting {
    @GuardedBy("this")
    private List<KeyRequest> requests = new ArrayList<>();

    synchronized void addAll(List<? extends KeyRequest> added) {
        requests.addAll(added);
    }

    /** Removes and returns all, in the order in which they came. */
    synchronized List<KeyRequest> takeAll() {
        List<KeyRequest> taken = requests;
        if (!taken.isEmpty()) {
            requests = new ArrayList<>();
        }
        return taken;
    }

    /** Removes and returns those whose listeners have been waiting for so long. */
    synchronized List<KeyRequest> takeOverdue(long nanos) {
        List<KeyRequest> overdue = new ArrayList<>();
        requests.removeIf(request -> request.waitedNanos() >= nanos && overdue.add(request));
        return overdue;
    }
}
