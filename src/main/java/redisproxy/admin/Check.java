package redisproxy.admin;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that has to hold for a proxy to be live, or to be ready. Thread-safe if its supplier is.
 *
 * @param name one word, in lower case
 * @param failure returns why it does not hold, a clause that names no address and no key, or null if it does. Must not block
 */
public record Check(String name, Supplier<@Nullable String> failure) {
    /** Returns whether it holds. */
    public boolean holds() {
        return failure.get() == null;
    }
}
