package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands that are passed on to a master, whichever server it is: what has not been sent to one goes to the next before all that
 * come later, so that their order is kept. Thread-safe; no method blocks or ends a command.
 */
final class MasterLanes {
    /** Null while no master is known. */
    @GuardedBy("this")
    private @Nullable RedisNode node;

    /** What waits for a server that takes it. */
    @GuardedBy("this")
    private List<PassRequest> held = new ArrayList<>();

    /** Takes over commands. Returns those that it does not take over, because the master does not answer. */
    synchronized List<PassRequest> pass(List<PassRequest> requests) {
        if (node == null) {
            held.addAll(requests);
            return List.of();
        }
        if (held.isEmpty()) {
            return node.tryPass(requests);
        }
        if (!node.mayAsk()) {
            return requests;
        }
        held.addAll(requests);
        return List.of();
    }

    /** Keeps what has not been sent until {@link #sendHeld}. */
    synchronized void hold(List<PassRequest> unsent) {
        held.addAll(unsent);
    }

    /** Sends what is held, if the master takes it. */
    synchronized void sendHeld() {
        if (node != null && !held.isEmpty()) {
            held = new ArrayList<>(node.tryPass(held));
        }
    }

    /** From now on commands go to this server. */
    synchronized void leadTo(RedisNode next) {
        List<PassRequest> unsent = new ArrayList<>();
        if (node != null) {
            unsent.addAll(PassRequest.among(node.leaveLanes()));
        }
        unsent.addAll(held);
        node = next;
        held = new ArrayList<>(next.tryPass(unsent));
    }

    /** Removes and returns what is held and overdue by that timeout. */
    synchronized List<PassRequest> takeOverdue(long nanos) {
        List<PassRequest> overdue = new ArrayList<>();
        held.removeIf(request -> request.isOverdue(nanos) && overdue.add(request));
        return overdue;
    }

    /** Removes and returns what is held. */
    synchronized List<PassRequest> takeAll() {
        List<PassRequest> all = held;
        held = new ArrayList<>();
        return all;
    }
}
