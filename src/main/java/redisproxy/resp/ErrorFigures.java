package redisproxy.resp;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the error replies of a port by their codes. Thread-safe; never blocks. */
final class ErrorFigures {
    /** As in Redis. The codes of errors that Redis passes on are its own, and scripts may make any. */
    static final int MOST_CODES = 128;

    /** A longer word is no code. */
    private static final int MAX_LENGTH = 64;

    private final ConcurrentMap<String, LongAdder> byCode = new ConcurrentHashMap<>();

    /** Counts an error reply, unless there are too many codes already. */
    void count(String code) {
        LongAdder counter = byCode.get(code);
        if (counter == null && byCode.size() < MOST_CODES && code.length() <= MAX_LENGTH) {
            counter = byCode.computeIfAbsent(code, unused -> new LongAdder());
        }
        if (counter != null) {
            counter.increment();
        }
    }

    /** Returns how many error replies had each code, in the order of the codes. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        byCode.forEach((code, count) -> counts.put(code, count.sum()));
        return counts;
    }
}
