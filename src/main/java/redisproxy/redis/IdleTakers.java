package redisproxy.redis;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The takers that wait for requests. The last to come is chosen first: its thread and connection are still warm. Used under the
 * queue's lock.
 */
final class IdleTakers {
    private final ArrayDeque<Taker> takers = new ArrayDeque<>();

    void add(Taker idle) {
        takers.push(idle);
    }

    /** Returns whether it was among them. */
    boolean remove(Taker taker) {
        return takers.remove(taker);
    }

    boolean isEmpty() {
        return takers.isEmpty();
    }

    /** Returns the one that came last; null if there is none. */
    @Nullable
    Taker last() {
        return takers.peek();
    }

    /** Returns one in whose place the calling thread may serve; null if there is none. */
    @Nullable
    Taker here() {
        for (Taker each : takers) {
            if (each.isHere()) {
                return each;
            }
        }
        return null;
    }

    /** Returns one whose connection no event loop has; null if there is none. */
    @Nullable
    Taker withoutStandIn() {
        for (Taker each : takers) {
            if (!each.hasStandIn()) {
                return each;
            }
        }
        return null;
    }

    void wakeAll() {
        takers.forEach(Taker::wake);
    }
}
