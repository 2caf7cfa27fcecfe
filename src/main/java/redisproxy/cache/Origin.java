package redisproxy.cache;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server that values are read from. It reports the writes to all keys that are read from it, or does not at present, by
 * itself: what one origin misses is no reason to drop what was read from another. Thread-safe. No method blocks, except that
 * dropping entries takes time in proportion to their number.
 */
public interface Origin extends Invalidations, AutoCloseable {
    /** All keys that are read from this origin may have been written: does what {@link #invalidate} does for each of them. */
    @Override
    void invalidateAll();

    /** From now on this holds. Does what {@link #invalidateAll} does. */
    void begin(Coherence coherence);

    /** From now on writes to keys that begin with one of these are reported; none stands for all keys. Does what {@link #invalidateAll} does. */
    void beginTracking(List<String> prefixes);

    /**
     * The origin has confirmed that all its reports up to a moment have arrived.
     *
     * @param nanosAgo how long ago that moment was
     */
    void heard(long nanosAgo);

    /**
     * The origin reports no writes any more.
     *
     * @param silentNanos how long ago it gave its last confirmation, and so for how long writes may have gone unreported
     */
    void lose(long silentNanos);

    /** Returns the address of the server, or null if it is the only one. */
    @Nullable
    String server();

    /** Returns what holds at present. */
    Coherence coherence();

    /** Returns for how long after the last confirmation values are served when reports are lost at present; zero for not at all. */
    Duration grace();

    /**
     * Returns what a value belongs to that is read from this origin from now on. Take it before the connection is chosen that the
     * value is read over, and give it to {@link Load#sending(Term)}.
     */
    Term term();

    /** Nothing is read from this origin any more. What was kept because it reported writes is dropped. */
    @Override
    void close();
}
