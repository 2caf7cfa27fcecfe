package redisproxy.cache;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Finds the entries of a table that were used last. It takes no lock, so what is used meanwhile may be misplaced. */
final class MostRecent {
    /** So many buckets or entries are one step, which takes some microseconds. */
    private static final int PER_STEP = 64;

    private final int most;
    private final Predicate<Entry> which;
    private final PriorityQueue<Stamped> latest = new PriorityQueue<>(Comparator.comparingLong(Stamped::stamp));

    /** Stamps change while they are compared, so each is read once. */
    private record Stamped(Entry entry, long stamp) {}

    private MostRecent(int most, Predicate<Entry> which) {
        this.most = most;
        this.which = which;
    }

    /**
     * Returns at most so many entries, the one used last first.
     *
     * @param slots returns the buckets of the table while no entries move to others
     * @param which whether an entry is wanted; asked of few, since it may cost more than all else here
     * @param step called often, between parts of the work
     */
    static List<Entry> of(Supplier<Slots> slots, int most, Predicate<Entry> which, Runnable step) {
        MostRecent search = new MostRecent(most, which);
        Slots walked;
        do {
            search.latest.clear();
            walked = slots.get();
            search.walk(walked, step);
        } while (walked.successor() != null);
        return search.ordered(step);
    }

    private void walk(Slots slots, Runnable step) {
        for (int bucket = 0; bucket < slots.length(); bucket++) {
            for (Entry entry = slots.head(bucket); entry != null; entry = entry.next) {
                look(entry);
            }
            if (bucket % PER_STEP == 0) {
                step.run();
            }
        }
    }

    private void look(Entry entry) {
        long stamp = entry.stamp();
        Stamped earliest = latest.size() < most ? null : latest.peek();
        if ((earliest != null && stamp <= earliest.stamp()) || !which.test(entry)) {
            return;
        }
        latest.add(new Stamped(entry, stamp));
        if (latest.size() > most) {
            latest.remove();
        }
    }

    private List<Entry> ordered(Runnable step) {
        List<Entry> ordered = new ArrayList<>(latest.size());
        for (Stamped next = latest.poll(); next != null; next = latest.poll()) {
            ordered.add(next.entry());
            if (ordered.size() % PER_STEP == 0) {
                step.run();
            }
        }
        Collections.reverse(ordered);
        return ordered;
    }
}
