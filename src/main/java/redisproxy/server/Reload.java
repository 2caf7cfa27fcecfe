package redisproxy.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/**
 * Reads the settings anew, and has those that a running proxy can take over apply: all of them, or none if one is not accepted.
 * Thread-safe; blocks to read files.
 */
final class Reload {
    private static final String SUBJECT = "settings";

    /** The settings of which those apply that need a restart. */
    private final StartSettings start;

    private final EventLog log;
    private final ChangeablePart proxy;

    @GuardedBy("this")
    private Settings applied;

    @GuardedBy("this")
    private ProxyConfig config;

    /**
     * @param start what the proxy was started with
     * @param proxy takes a configuration over that differs only in settings that it can
     */
    Reload(StartSettings start, EventLog log, ChangeablePart proxy) {
        this.start = start;
        this.applied = start.settings();
        this.config = start.config();
        this.log = log;
        this.proxy = proxy;
    }

    /**
     * Reads the settings and applies them.
     *
     * @param by who or what asked for it, for the log
     * @throws ConfigException if a setting is not accepted; nothing has changed then
     */
    synchronized Reloaded run(String by) {
        boolean isPrepared = false;
        try {
            Settings given = start.source().read();
            // All of them, so that what would not start tomorrow is refused today.
            ProxyConfig asGiven = ProxyConfig.from(given);
            Settings next = given.onlyChangeableOver(start.settings());
            ProxyConfig nextConfig = ProxyConfig.from(next, start.config().redis(), asGiven.users());
            refuseToLetEverybodyIn(nextConfig);
            Reloaded reloaded = new Reloaded(
                    differences(next, nextConfig, true),
                    differences(given, asGiven, false),
                    !nextConfig.users().users().isOpen());
            // Also if no setting has changed: a file that one names may have.
            ChangeablePart.Change change = proxy.prepare(config, nextConfig);
            isPrepared = true;
            change.apply();
            applied = next;
            config = nextConfig;
            log.tell(EventKind.SETTINGS_RELOADED, SUBJECT, "%s: %s".formatted(by, reloaded));
            return reloaded;
        } catch (ConfigException e) {
            log.tell(
                    EventKind.SETTINGS_REFUSED,
                    SUBJECT,
                    "%s: the settings stay as they are: %s".formatted(by, e.getMessage()));
            throw e;
        } catch (RuntimeException | Error e) {
            log.tell(
                    EventKind.SETTINGS_REFUSED,
                    SUBJECT,
                    "%s: a defect: the settings %s: %s"
                            .formatted(by, isPrepared ? "apply in part" : "stay as they are", e));
            throw e;
        }
    }

    /** A file that has lost a line must not open the ports: nobody would notice. */
    @GuardedBy("this")
    private void refuseToLetEverybodyIn(ProxyConfig next) {
        if (next.users().users().isOpen() && !config.users().users().isOpen()) {
            throw new ConfigException(
                    "no password is set any more (expected: %s, %s or %s as before; start the proxy again to serve without one)"
                            .formatted(UsersCatalog.REQUIREPASS_FILE, UsersCatalog.ACL_FILE, UsersCatalog.BEARER_FILE));
        }
    }

    /** Returns how the settings that can change at run time, or those that cannot, differ from those that apply. */
    @GuardedBy("this")
    private List<Reloaded.Change> differences(Settings others, ProxyConfig othersRead, boolean changesAtRunTime) {
        Map<String, String> before = ConfigParameters.of(config);
        Map<String, String> after = ConfigParameters.of(othersRead);
        List<Reloaded.Change> found = new ArrayList<>();
        for (Setting<?> setting : SettingsCatalog.all()) {
            if (setting.changesAtRunTime() != changesAtRunTime) {
                continue;
            }
            String name = setting.parameter();
            boolean isShown = before.containsKey(name) && after.containsKey(name) && !setting.isSecret();
            String old = isShown ? before.get(name) : given(applied, setting);
            String other = isShown ? after.get(name) : given(others, setting);
            if (!Objects.equals(old, other)) {
                found.add(new Reloaded.Change(setting, isShown ? old : null, isShown ? other : null));
            }
        }
        return found;
    }

    private static @Nullable String given(Settings settings, Setting<?> setting) {
        return settings.given(setting).map(Settings.Given::value).orElse(null);
    }
}
