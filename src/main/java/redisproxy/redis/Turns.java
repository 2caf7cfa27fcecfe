package redisproxy.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;

/**
 * Requests that wait, in the order of turns: those of one asker in the order in which they came, some at each of its turns. The
 * asker is the {@linkplain Request#recipient() recipient} of the result: the connection of a client. So an asker with few
 * requests does not wait for all of an asker with many. Not thread-safe.
 */
final class Turns {
    /** What one asker gets at a turn while others wait. Replies to one asker are best written together, so more than one. */
    static final int QUANTUM = 16;

    /** Kept for askers to come, so that a lone miss makes no garbage. */
    private static final int MAX_SPARE = 256;

    private final IdentityHashMap<Object, Waiting> byAsker = new IdentityHashMap<>();
    private final ArrayDeque<Waiting> ring = new ArrayDeque<>();
    private final ArrayDeque<Waiting> spare = new ArrayDeque<>();
    private int size;

    /** The requests of one asker. */
    private static final class Waiting {
        private Object asker = this;
        private final ArrayDeque<Request> requests = new ArrayDeque<>();

        /** An array that has grown is not kept. */
        private boolean isLarge;

        /** A request may have been waiting for longer than one before it. */
        private boolean isUnordered;

        void add(Request request) {
            // A load that first had to wait for another load of its key has been waiting since before it came here.
            isUnordered = isUnordered || (!requests.isEmpty() && request.isOlderThan(requests.getLast()));
            requests.add(request);
            isLarge |= requests.size() > QUANTUM;
        }

        /** Moves to {@code overdue} the requests that are overdue by that timeout, wherever they stand. */
        void moveOverdue(long nanos, List<Request> overdue) {
            if (isUnordered) {
                requests.removeIf(request -> request.isOverdue(nanos) && overdue.add(request));
                return;
            }
            while (!requests.isEmpty() && requests.getFirst().isOverdue(nanos)) {
                overdue.add(requests.remove());
            }
        }

        long longestWaitNanos() {
            if (!isUnordered) {
                return requests.getFirst().waitedNanos();
            }
            long longest = 0;
            for (Request request : requests) {
                longest = Math.max(longest, request.waitedNanos());
            }
            return longest;
        }
    }

    void addAll(List<? extends Request> requests) {
        Waiting last = null;
        for (int i = 0; i < requests.size(); i++) {
            Request request = requests.get(i);
            Object asker = request.recipient();
            if (last == null || last.asker != asker) {
                last = of(asker);
            }
            last.add(request);
            size++;
        }
    }

    private Waiting of(Object asker) {
        Waiting waiting = byAsker.get(asker);
        if (waiting == null) {
            waiting = spare.isEmpty() ? new Waiting() : spare.pop();
            waiting.asker = asker;
            byAsker.put(asker, waiting);
            ring.add(waiting);
        }
        return waiting;
    }

    /** Moves requests to {@code batch} until it has {@code most}, or none waits. */
    void moveTo(List<Request> batch, int most) {
        while (batch.size() < most && size > 0) {
            Waiting turn = ring.remove();
            int room = Math.min(QUANTUM, most - batch.size());
            while (room > 0 && !turn.requests.isEmpty()) {
                batch.add(turn.requests.remove());
                room--;
                size--;
            }
            if (turn.requests.isEmpty()) {
                forget(turn);
            } else {
                ring.add(turn);
            }
        }
    }

    /**
     * Removes and returns the requests that are overdue by that timeout, wherever they stand. Looks at the first of each
     * asker alone while the requests of that asker are in the order of their waiting times.
     */
    List<Request> removeOverdue(long nanos) {
        List<Request> overdue = new ArrayList<>();
        for (Iterator<Waiting> each = ring.iterator(); each.hasNext(); ) {
            Waiting waiting = each.next();
            waiting.moveOverdue(nanos, overdue);
            if (waiting.requests.isEmpty()) {
                each.remove();
                forget(waiting);
            }
        }
        size -= overdue.size();
        return overdue;
    }

    /** Removes and returns all. */
    List<Request> removeAll() {
        List<Request> all = new ArrayList<>(size);
        moveTo(all, Integer.MAX_VALUE);
        return all;
    }

    private void forget(Waiting waiting) {
        byAsker.remove(waiting.asker);
        if (!waiting.isLarge && spare.size() < MAX_SPARE) {
            waiting.asker = waiting;
            waiting.isUnordered = false;
            spare.push(waiting);
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Returns for how many nanoseconds the request has been waiting that has waited longest; 0 if none waits. */
    long longestWaitNanos() {
        long longest = 0;
        for (Waiting waiting : ring) {
            longest = Math.max(longest, waiting.longestWaitNanos());
        }
        return longest;
    }
}
