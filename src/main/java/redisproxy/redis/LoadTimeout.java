package redisproxy.redis;

import java.time.Duration;

/** How long a load may take; may change while loads are under way. Compared by what it is at present. Thread-safe. */
public final class LoadTimeout {
    private volatile Duration present;

    /** Makes one that lasts so long at first. */
    public LoadTimeout(Duration present) {
        this.present = present;
    }

    /** Returns how long it is at present. */
    public Duration get() {
        return present;
    }

    /** Has it last so long from now on, for loads that are under way, too. */
    public void change(Duration to) {
        present = to;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoadTimeout timeout && timeout.present.equals(present);
    }

    @Override
    public int hashCode() {
        return present.hashCode();
    }

    @Override
    public String toString() {
        return present.toString();
    }
}
