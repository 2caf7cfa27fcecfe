package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;

/** The measurements of one row: its subjects and their peer. */
final class Duel {
    private final Row row;
    private final List<Side> sides;
    private final List<List<Measurement>> measurements = new ArrayList<>();

    /** Makes one. The peer is the last of the sides. */
    Duel(Row row, List<Side> sides) {
        this.row = row;
        this.sides = sides;
        sides.forEach(side -> measurements.add(new ArrayList<>()));
    }

    void warmUp(Report report, int seconds, int mostSeconds) {
        int peer = sides.size() - 1;
        sides.forEach(Side::calibrate);
        for (Side side : sides.subList(0, peer)) {
            double taken = side.warmUp(seconds, mostSeconds);
            report.progress("%s: warmed %s for %.0f s", row.flag(), side.name(), taken);
        }
    }

    /** Measures every side, one right after the other, the peer last in odd rounds and first in even ones. */
    void round(Report report, int round, int seconds) {
        for (int at = 0; at < sides.size(); at++) {
            int index = round % 2 == 1 ? at : sides.size() - 1 - at;
            Side side = sides.get(index);
            Measurement measurement = side.measure(seconds);
            measurements.get(index).add(measurement);
            report.round(row, round, side.name(), measurement);
        }
    }

    /** Compares each subject with the peer. */
    List<Comparison> withPeer() {
        int peer = sides.size() - 1;
        List<Comparison> comparisons = new ArrayList<>();
        for (int index = 0; index < peer; index++) {
            comparisons.add(compare(index, peer, row.peer().title(), row.targets()));
        }
        return comparisons;
    }

    /** Compares the second subject, if there is one, with the first. */
    List<Comparison> betweenSubjects(Targets targets) {
        return sides.size() > 2 ? List.of(compare(1, 0, sides.get(0).name(), targets)) : List.of();
    }

    private Comparison compare(int index, int with, String peer, Targets targets) {
        String subject = sides.get(index).name();
        return new Comparison(row.title(), targets, subject, measurements.get(index), peer, measurements.get(with));
    }
}
