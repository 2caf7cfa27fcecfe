package redisproxy.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The measurements of one row: its subjects, the same proxies in front of one server, and their peer. */
final class Duel {
    private final Row row;
    private final List<Side> subjects;
    private final List<Side> oneServer;
    private final Side peer;

    /** By side, in the order of odd rounds. */
    private final Map<Side, List<Measurement>> measurements = new LinkedHashMap<>();

    /**
     * Makes one.
     *
     * @param oneServer the proxies that each subject is also compared with, or none
     */
    Duel(Row row, List<Side> subjects, List<Side> oneServer, Side peer) {
        this.row = row;
        this.subjects = subjects;
        this.oneServer = oneServer;
        this.peer = peer;
        for (int index = 0; index < subjects.size(); index++) {
            measurements.put(subjects.get(index), new ArrayList<>());
            if (!oneServer.isEmpty()) {
                measurements.put(oneServer.get(index), new ArrayList<>());
            }
        }
        measurements.put(peer, new ArrayList<>());
    }

    void warmUp(Report report, int seconds, int mostSeconds) {
        measurements.keySet().forEach(Side::calibrate);
        for (Side side : measurements.keySet()) {
            if (side != peer) {
                double taken = side.warmUp(seconds, mostSeconds);
                report.progress("%s: warmed %s for %.0f s", row.flag(), side.name(), taken);
            }
        }
    }

    /** Measures every side, one right after the other, the peer last in odd rounds and first in even ones. */
    void round(Report report, int round, int seconds) {
        List<Side> order = new ArrayList<>(measurements.keySet());
        if (round % 2 == 0) {
            Collections.reverse(order);
        }
        for (Side side : order) {
            Measurement measurement = side.measure(seconds);
            measurements.get(side).add(measurement);
            report.round(row, round, side.name(), measurement);
        }
    }

    /** Compares each subject with the peer. */
    List<Comparison> withPeer() {
        return subjects.stream()
                .map(subject -> compare(subject, peer, row.peer().title(), row.targets()))
                .toList();
    }

    /** Compares each subject with the same proxy in front of one server, if that is measured. */
    List<Comparison> withOneServer() {
        List<Comparison> comparisons = new ArrayList<>();
        for (int index = 0; index < oneServer.size(); index++) {
            Side other = oneServer.get(index);
            comparisons.add(compare(
                    subjects.get(index), other, other.name(), row.redis().targets()));
        }
        return comparisons;
    }

    /** Compares the second subject, if there is one, with the first. */
    List<Comparison> betweenSubjects(Targets targets) {
        return subjects.size() > 1
                ? List.of(compare(
                        subjects.get(1), subjects.get(0), subjects.get(0).name(), targets))
                : List.of();
    }

    private Comparison compare(Side subject, Side with, String other, Targets targets) {
        return new Comparison(
                row.title(), targets, subject.name(), measurements.get(subject), other, measurements.get(with));
    }
}
