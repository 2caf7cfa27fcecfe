package redisproxy.server;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What came of a reload. Immutable.
 *
 * @param changed the settings that have other values now
 * @param needRestart the settings that were given other values, which take effect at the next start
 * @param hasUsers whether there are users, who have been read anew with their passwords, rules and tokens
 */
record Reloaded(List<Change> changed, List<Change> needRestart, boolean hasUsers) {
    /**
     * A setting that was given another value.
     *
     * @param before the value that applied; null if it is not shown because it is, or may hold, a secret
     * @param after the new value; null if it is not shown
     */
    record Change(
            Setting<?> setting,
            @Nullable String before,
            @Nullable String after) {
        @Override
        public String toString() {
            return before == null ? setting.name() : "%s from '%s' to '%s'".formatted(setting.name(), before, after);
        }
    }

    /** Returns one clause for the log. */
    @Override
    public String toString() {
        String first = changed.isEmpty() ? "no setting has changed" : "changed " + list(changed);
        String all = hasUsers ? first + "; users, rules and tokens are read anew" : first;
        return needRestart.isEmpty() ? all : all + "; needs a restart: " + list(needRestart);
    }

    private static String list(List<Change> changes) {
        return changes.stream().map(Change::toString).collect(Collectors.joining(", "));
    }
}
