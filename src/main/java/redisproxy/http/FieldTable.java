package redisproxy.http;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Headers of one name whose values differ in a number, such as seconds. Keeps the headers that were used last, so that one that
 * many responses share is formatted once. Thread-safe.
 */
final class FieldTable {
    /** A power of two; more than an hour of seconds. */
    private static final int SLOTS = 4096;

    private final String name;
    private final IntFunction<String> value;

    /** Read and written without synchronization: elements are immutable, and a thread that misses one makes it itself. */
    private final @Nullable Numbered[] slots = new @Nullable Numbered[SLOTS];

    FieldTable(String name, IntFunction<String> value) {
        this.name = name;
        this.value = value;
    }

    /** Returns the header for any number. */
    HeaderField get(int number) {
        int slot = number & (SLOTS - 1);
        Numbered kept = slots[slot];
        if (kept == null || kept.number != number) {
            kept = new Numbered(number, new HeaderField(name, value.apply(number)));
            slots[slot] = kept;
        }
        return kept.field;
    }

    private record Numbered(int number, HeaderField field) {}
}
