package redisproxy.upstream;

import java.util.List;

/**
 * The keys of one request, as the backing server's table of commands tells them.
 *
 * @param isComplete whether these are all; false if the table cannot tell, so that any key may be meant
 * @param hasAllWritten whether these are at least all that are written: only some that are read cannot be told
 */
public record CommandKeys(List<Key> keys, boolean isComplete, boolean hasAllWritten) {
    /**
     * One key.
     *
     * @param index which argument it is
     * @param reads whether its value is read
     * @param writes whether it is written
     */
    public record Key(int index, boolean reads, boolean writes) {}

    /** There are no keys. */
    public static final CommandKeys NONE = new CommandKeys(List.of(), true);

    public CommandKeys {
        keys = List.copyOf(keys);
    }

    /** Makes keys that are all, or of which none of the others can be told. */
    public CommandKeys(List<Key> keys, boolean isComplete) {
        this(keys, isComplete, isComplete);
    }
}
