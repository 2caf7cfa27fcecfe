package redisproxy.measure;

/** The {@link Frequencies} of a time that has just passed: between one and two windows of it, older ones are forgotten. Not thread-safe. */
final class RecentFrequencies<T> {
    private final int size;
    private Frequencies<T> current;
    private Frequencies<T> previous;

    RecentFrequencies(int size) {
        this.size = size;
        this.current = new Frequencies<>(size);
        this.previous = new Frequencies<>(size);
    }

    void add(T item, int interval) {
        current.add(item, interval);
    }

    /** Begins another window, and forgets all but the last one. */
    void rotate() {
        Frequencies<T> oldest = previous;
        oldest.clear();
        previous = current;
        current = oldest;
    }

    /** Returns what both windows have, which does not change any more. */
    Frequencies<T> both() {
        Frequencies<T> both = new Frequencies<>(size);
        both.add(previous);
        both.add(current);
        return both;
    }
}
