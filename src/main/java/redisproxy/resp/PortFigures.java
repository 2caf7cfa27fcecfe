package redisproxy.resp;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.AccessLog;

/** The figures of all commands of a port, and of its error replies. Thread-safe; never blocks. */
final class PortFigures {
    private final ErrorFigures errors = new ErrorFigures();
    private final ConcurrentMap<String, CommandFigures> byName = new ConcurrentSkipListMap<>();
    private final @Nullable AccessLog accessLog;
    private final CommandFigures unknown;

    /** Makes figures that are all 0; {@code accessLog} takes each request, or is null. */
    PortFigures(@Nullable AccessLog accessLog) {
        this.accessLog = accessLog;
        this.unknown = of(CommandStats.UNKNOWN);
    }

    /** Returns the figures of the command of that name, which are made the first time. */
    CommandFigures of(String name) {
        return byName.computeIfAbsent(name, added -> new CommandFigures(added, errors, accessLog));
    }

    /** Returns the figures of the requests that name no command. */
    CommandFigures unknown() {
        return unknown;
    }

    /** Counts an error that is no reply to a command. */
    void countError(String code) {
        errors.count(code);
    }

    /**
     * Returns a snapshot of the figures of the commands that have been asked for, in the order of their names.
     *
     * @param isTimed whether the durations of a command are wanted, which are some 25 KB
     */
    List<CommandStats> commands(Predicate<String> isTimed) {
        return byName.values().stream()
                .map(each -> each.stats(isTimed.test(each.name())))
                .filter(each -> each.requests() > 0)
                .toList();
    }

    /** Returns how many error replies had each code, in the order of the codes. */
    Map<String, Long> errors() {
        return errors.counts();
    }
}
