package redisproxy.admin.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading the settings anew. Immutable.
 *
 * @param changed the settings that have other values now
 * @param needRestart the settings that were given other values, which take effect at the next start
 * @param refusal why nothing has changed: what is not accepted; null if all is
 */
public record ReloadView(
        List<Change> changed,
        List<Change> needRestart,
        @Nullable String refusal) {
    /**
     * A setting with another value.
     *
     * @param before the value that applied; null if it is not shown because it is, or may hold, a secret
     * @param after the new value; null if it is not shown
     */
    public record Change(
            String name, @Nullable String before, @Nullable String after) {}

    /** Returns what came of settings that are accepted. */
    public static ReloadView applied(List<Change> changed, List<Change> needRestart) {
        return new ReloadView(changed, needRestart, null);
    }

    /** Returns that nothing has changed; {@code why} names the setting that is not accepted. */
    public static ReloadView refused(String why) {
        return new ReloadView(List.of(), List.of(), why);
    }
}
