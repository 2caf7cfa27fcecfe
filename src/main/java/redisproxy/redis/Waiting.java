package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;

/** Requests that wait for a server that can answer them. Thread-safe; no method blocks. */
final class Waiting {
    @GuardedBy("this")
    private List<Request> requests = new ArrayList<>();

    synchronized void addAll(List<? extends Request> added) {
        requests.addAll(added);
    }

    /** Removes and returns all, in the order in which they came. */
    synchronized List<Request> takeAll() {
        List<Request> taken = requests;
        if (!taken.isEmpty()) {
            requests = new ArrayList<>();
        }
        return taken;
    }

    /** Removes and returns those whose listeners have been waiting for so long. */
    synchronized List<Request> takeOverdue(long nanos) {
        List<Request> overdue = new ArrayList<>();
        requests.removeIf(request -> request.waitedNanos() >= nanos && overdue.add(request));
        return overdue;
    }
}
