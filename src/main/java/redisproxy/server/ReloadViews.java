package redisproxy.server;

import java.util.List;
import java.util.function.Function;
import redisproxy.admin.api.ReloadView;

/** A reload as the admin port tells it. */
final class ReloadViews {
    private static final String BY = "the admin port";

    private ReloadViews() {}

    /** Has the settings read anew; returns what came of it. */
    static ReloadView of(Function<String, Reloaded> reload) {
        try {
            Reloaded reloaded = reload.apply(BY);
            return ReloadView.applied(changes(reloaded.changed()), changes(reloaded.needRestart()));
        } catch (ConfigException e) {
            return ReloadView.refused(String.valueOf(e.getMessage()));
        }
    }

    private static List<ReloadView.Change> changes(List<Reloaded.Change> changes) {
        return changes.stream()
                .map(each -> new ReloadView.Change(each.setting().name(), each.before(), each.after()))
                .toList();
    }
}
