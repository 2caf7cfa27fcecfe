package redisproxy.resp;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The proxy's own settings, by the names of their flags without the dashes, as CONFIG shows and changes them. Thread-safe. */
@FunctionalInterface
public interface OwnSettings {
    /** Returns the values that apply, without secrets. Does not block. */
    Map<String, String> shown();

    /** Returns the names of all, secrets included. Does not block. */
    default Set<String> names() {
        return shown().keySet();
    }

    /**
     * Has other values apply, all of them or none. May block, and take long.
     *
     * @param values the texts by the names; the first one first
     * @param by who asked for it, for the log
     * @return why nothing has changed, or null if all values apply
     */
    default @Nullable Refusal set(Map<String, String> values, String by) {
        return new Refusal(values.keySet().iterator().next(), "these settings do not change");
    }

    /**
     * Why values were not accepted.
     *
     * @param name the first of them that was not, as far as is known
     * @param why what is wrong with it, in words, or null if there is no such setting
     */
    record Refusal(String name, @Nullable String why) {}
}
