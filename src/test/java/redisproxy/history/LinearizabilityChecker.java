package redisproxy.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decides whether recorded operations could have been executed one after the other, each while it was under way, with the same replies. That
 * may be asked for each key by itself: a history is linearizable if that of each object is (Herlihy and Wing, 1990).
 */
final class LinearizabilityChecker {
    /*
     * Just-in-time linearization (Lowe, "Testing for linearizability", 2017). A configuration is what the key may hold now, and which
     * of the operations under way have been executed. When an operation returns, each configuration is led to all those in which it has been
     * executed, by executing others that are under way before it as needed; if there are none, no order explains the history. An
     * operation that only reads, and whose reply is right now, is executed at once: that never makes another order impossible.
     *
     * So memory and time depend on how many operations are under way together, and not on the length of the history.
     */
    private static final int MOST_UNDER_WAY = Long.SIZE;
    private static final int MOST_CONFIGURATIONS = 200_000;
    private static final int TOLD = 30;

    private record Configuration(Register register, long executed) {}

    private record Event(long at, boolean isReturn, Operation operation) {}

    private final Operation[] underWay = new Operation[MOST_UNDER_WAY];

    /** Which of them there are, by their index as a bit; the others are null. */
    private long used;

    private final Deque<Operation> latest = new ArrayDeque<>();
    private Set<Configuration> configurations = Set.of(new Configuration(Register.ABSENT, 0));

    private LinearizabilityChecker() {}

    /** Checks all operations of a history, in which each key was absent at first. Throws an {@link AssertionError} that tells what is wrong. */
    static void check(List<Operation> history) {
        Map<String, List<Operation>> byKey =
                history.stream().collect(Collectors.groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
        byKey.values().forEach(operations -> new LinearizabilityChecker().checkOne(operations));
    }

    private void checkOne(List<Operation> operations) {
        List<Event> events = new ArrayList<>(2 * operations.size());
        for (Operation operation : operations) {
            events.add(new Event(operation.invoked(), /* isReturn= */ false, operation));
            if (operation.returned() != Operation.NEVER) {
                events.add(new Event(operation.returned(), /* isReturn= */ true, operation));
            }
        }
        // Of events at the same moment, nobody knows the order: then the operations overlap.
        events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::isReturn));
        for (Event event : events) {
            if (event.isReturn()) {
                returned(event.operation());
            } else {
                invoked(event.operation());
            }
        }
    }

    private void invoked(Operation operation) {
        int slot = Long.numberOfTrailingZeros(~used);
        if (slot == MOST_UNDER_WAY) {
            throw new IllegalStateException("more than " + MOST_UNDER_WAY + " operations under way at " + operation);
        }
        underWay[slot] = operation;
        used |= 1L << slot;
    }

    private void returned(Operation operation) {
        int slot = slot(operation);
        Set<Configuration> before = configurations;
        configurations = explore(slot);
        latest.addLast(operation);
        if (latest.size() > TOLD) {
            latest.removeFirst();
        }
        if (configurations.isEmpty()) {
            throw new AssertionError(describe(operation, before));
        }
        underWay[slot] = null;
        used &= ~(1L << slot);
    }

    private int slot(Operation operation) {
        for (int slot = 0; slot < MOST_UNDER_WAY; slot++) {
            if (operation.equals(underWay[slot])) {
                return slot;
            }
        }
        throw new IllegalStateException("not under way: " + operation);
    }

    /** Returns all configurations in which that operation has been executed; without it too if its fate is unknown. */
    private Set<Configuration> explore(int slot) {
        long bit = 1L << slot;
        Set<Configuration> reached = new HashSet<>();
        Set<Configuration> seen = new HashSet<>();
        Deque<Configuration> open = new ArrayDeque<>();
        for (Configuration configuration : configurations) {
            add(withReads(configuration), bit, seen, reached, open);
        }
        if (!underWay[slot].isKnown()) {
            seen.forEach(configuration -> reached.add(without(configuration, bit)));
        }
        while (!open.isEmpty()) {
            Configuration from = open.removeFirst();
            for (long left = used & ~from.executed(); left != 0; left &= left - 1) {
                Operation next = underWay[Long.numberOfTrailingZeros(left)];
                if (isBehindAnotherOf(next, left, from.executed())) {
                    continue;
                }
                long executed = from.executed() | Long.lowestOneBit(left);
                for (Register result : results(from.register(), next)) {
                    add(withReads(new Configuration(result, executed)), bit, seen, reached, open);
                }
            }
            if (seen.size() > MOST_CONFIGURATIONS) {
                throw new IllegalStateException("undecided: too many possible orders at " + underWay[slot]);
            }
        }
        return reached;
    }

    /**
     * Whether another operation that does the same is to be executed first, since its time ends earlier. Which of two is executed is of no
     * matter if the fate of both is unknown; without that, there are too many orders after a fault that hits many clients.
     */
    private boolean isBehindAnotherOf(Operation next, long slot, long executed) {
        if (next.isKnown()) {
            return false;
        }
        for (long others = used & ~executed; others != 0; others &= others - 1) {
            Operation other = underWay[Long.numberOfTrailingZeros(others)];
            boolean isSame = !other.isKnown() && other.steps().equals(next.steps());
            boolean isEarlier = other.returned() < next.returned()
                    || (other.returned() == next.returned() && Long.lowestOneBit(others) < Long.lowestOneBit(slot));
            if (isSame && isEarlier) {
                return true;
            }
        }
        return false;
    }

    private static void add(
            Configuration configuration,
            long bit,
            Set<Configuration> seen,
            Set<Configuration> reached,
            Deque<Configuration> open) {
        if (!seen.add(configuration)) {
            return;
        }
        if ((configuration.executed() & bit) == 0) {
            open.addLast(configuration);
        } else {
            reached.add(without(configuration, bit));
        }
    }

    private static Configuration without(Configuration configuration, long bit) {
        return new Configuration(configuration.register(), configuration.executed() & ~bit);
    }

    /** Executes what only reads, and reads what is held. */
    private Configuration withReads(Configuration configuration) {
        long executed = configuration.executed();
        for (long left = used & ~executed; left != 0; left &= left - 1) {
            Operation operation = underWay[Long.numberOfTrailingZeros(left)];
            if (operation.isReadOnly()
                    && results(configuration.register(), operation).contains(configuration.register())) {
                executed |= Long.lowestOneBit(left);
            }
        }
        return new Configuration(configuration.register(), executed);
    }

    private static List<Register> results(Register before, Operation operation) {
        List<Register> registers = List.of(before);
        for (Step step : operation.steps()) {
            List<Register> nexts = new ArrayList<>(2);
            registers.forEach(register -> step.apply(register, operation, nexts));
            registers = nexts;
        }
        return registers;
    }

    private String describe(Operation operation, Set<Configuration> before) {
        StringBuilder text = new StringBuilder("no order explains ").append(operation);
        text.append("\nbefore it, the key may have held:");
        before.stream()
                .map(Configuration::register)
                .distinct()
                .limit(TOLD)
                .forEach(register -> text.append("\n  ").append(register));
        text.append("\nunder way:");
        for (Operation other : underWay) {
            if (other != null && !other.equals(operation)) {
                text.append("\n  ").append(other);
            }
        }
        text.append("\nthe last to return, this one included:");
        latest.forEach(other -> text.append("\n  ").append(other));
        return text.toString();
    }
}
