package redisproxy.upstream;

import java.util.List;

/**
 * The keys of one request, as the backing server's table of commands tells them.
 *
 * @param isComplete whether these are all; false if the table cannot tell, so that any key may be meant
 */
public record CommandKeys(List<Key> keys, boolean isComplete) {
    /**
     * One key.
     *
     * @param index which argument it is
     * @param reads whether its value is read
     * @param writes whether it is written
     */
    public record Key(int index, boolean reads, boolean writes) {}

    public CommandKeys {
        keys = List.copyOf(keys);
    }
}
