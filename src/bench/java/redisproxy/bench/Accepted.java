package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The connections at each node of a Cluster, second by second. Numbers of all nodes are shown as {@code 1 / 2 / 3}. */
final class Accepted {
    /** They are level when no node has accepted one for so many seconds. */
    static final int LEVEL_SECONDS = 5;

    private final List<List<NodeClients.Count>> counts = new ArrayList<>();

    /** Begins with what is there already. */
    Accepted(List<NodeClients.Count> before) {
        counts.add(before);
    }

    /** Adds what is there a second later. */
    void add(List<NodeClients.Count> now) {
        counts.add(now);
    }

    int seconds() {
        return counts.size() - 1;
    }

    /** Whether the last seconds have brought no connection. */
    boolean isLevel() {
        int now = seconds();
        return now >= LEVEL_SECONDS
                && perNode(node -> accepted(node, now - LEVEL_SECONDS, now)).sum() == 0;
    }

    /** Returns the most that one node accepted in one second. */
    long mostInOneSecond() {
        return IntStream.rangeClosed(1, seconds())
                .mapToLong(second -> perNode(node -> accepted(node, second - 1, second))
                        .max()
                        .orElse(0))
                .max()
                .orElse(0);
    }

    /** Returns the seconds in which a node accepted some, and the last. */
    Table table() {
        Table table = new Table("second", "accepted", "open");
        table.add("0", "", showOpen(0));
        for (int second = 1; second <= seconds(); second++) {
            if (acceptedByAll(second) > 0 || second == seconds()) {
                table.add(Integer.toString(second), showAccepted(second), showOpen(second));
            }
        }
        return table;
    }

    /** Shows what was accepted in a second, of which the first is 1. */
    String showAccepted(int second) {
        return show(node -> accepted(node, second - 1, second));
    }

    String showAllAccepted() {
        return show(node -> accepted(node, 0, seconds()));
    }

    /** Shows what was open at the end of a second, or at the beginning if that is 0. */
    String showOpen(int second) {
        return show(node -> count(node, second).open());
    }

    /** Shows the most that was open at each node at the end of a second. */
    String showMostOpen() {
        return show(node -> IntStream.rangeClosed(1, seconds())
                .mapToLong(second -> count(node, second).open())
                .max()
                .orElse(0));
    }

    private long acceptedByAll(int second) {
        return perNode(node -> accepted(node, second - 1, second)).sum();
    }

    private long accepted(int node, int from, int to) {
        return count(node, to).accepted() - count(node, from).accepted();
    }

    private NodeClients.Count count(int node, int second) {
        return counts.get(second).get(node);
    }

    private String show(IntToLongFunction figure) {
        return perNode(figure).mapToObj(Long::toString).collect(Collectors.joining(" / "));
    }

    private LongStream perNode(IntToLongFunction figure) {
        return IntStream.range(0, counts.get(0).size()).mapToLong(figure);
    }
}
