package redisproxy.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.redis.RedisConfig;

/**
 * Has other settings apply to a running proxy: those that are read anew from where they came at the start, or single ones by CONFIG
 * SET. All of them apply that a running proxy can take over, or none if one is not accepted. Thread-safe; blocks to read files.
 */
final class Reload {
    private static final String SUBJECT = "settings";

    /** The settings of which those apply that need a restart. */
    private final StartSettings start;

    private final EventLog log;
    private final ChangeablePart proxy;

    /** What was read last, without what {@link #set} has added. */
    @GuardedBy("this")
    private Settings read;

    /** What CONFIG SET has set: it goes before what was read, until another value is read. */
    @GuardedBy("this")
    private Map<Setting<?>, Settings.Given> set = Map.of();

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
        this.read = start.settings();
        this.applied = start.settings();
        this.config = start.config();
        this.log = log;
        this.proxy = proxy;
    }

    /** Settings that are to apply: what has been read, and what was set over it. */
    private record Wanted(Settings read, Map<Setting<?>, Settings.Given> set) {
        Settings all() {
            return read.under(set);
        }
    }

    /**
     * Reads the settings and applies them.
     *
     * @param by who or what asked for it, for the log
     * @throws ConfigException if a setting is not accepted; nothing has changed then
     */
    synchronized Reloaded run(String by) {
        return change(by, null);
    }

    /**
     * Has other values apply, until the proxy is started again or other ones are read.
     *
     * @param values the texts of settings that can change
     * @param by who or what asked for it, for the log
     * @throws ConfigException if a value is not accepted, which it calls by the name in CONFIG GET; nothing has changed then
     */
    synchronized Reloaded set(Map<Setting<?>, String> values, String by) {
        return change(by, values);
    }

    @GuardedBy("this")
    private Prepared readAnew() {
        Settings given = start.source().read();
        Wanted wanted = new Wanted(given, whatIsStillSet(given));
        // All of them, so that what would not start tomorrow is refused today.
        ProxyConfig asGiven = ProxyConfig.from(wanted.all());
        return prepare(wanted, asGiven.users(), asGiven);
    }

    @GuardedBy("this")
    private Prepared setOver(Map<Setting<?>, String> values) {
        if (start.isFixed()) {
            throw new ConfigException("the settings of a proxy that another program has started do not change");
        }
        Map<Setting<?>, Settings.Given> others = new HashMap<>(set);
        values.forEach((setting, text) -> others.put(setting, new Settings.Given(setting.parameter(), text)));
        Wanted wanted = new Wanted(read, others);
        boolean areOtherUsers = UsersCatalog.all().stream().anyMatch(values::containsKey);
        return prepare(wanted, areOtherUsers ? UsersConfig.read(wanted.all()) : config.users(), null);
    }

    /** Its files are not read anew: they may have gone since the start. */
    private RedisConfig redis(Settings next) {
        return start.config().redis().withTimeout(next.value(RedisCatalog.REDIS_TIMEOUT));
    }

    @GuardedBy("this")
    private Map<Setting<?>, Settings.Given> whatIsStillSet(Settings given) {
        Map<Setting<?>, Settings.Given> kept = new HashMap<>(set);
        Settings before = read;
        kept.keySet().removeIf(setting -> !Objects.equals(given(before, setting), given(given, setting)));
        return kept;
    }

    /** Settings that can apply, and what comes of it. */
    private record Prepared(
            Wanted wanted, Settings next, ProxyConfig config, Reloaded reloaded, ChangeablePart.Change change) {}

    /**
     * @param users who may use the proxy then
     * @param asGiven the settings with those that need a restart, or null if none of these has been given anew
     */
    @GuardedBy("this")
    private Prepared prepare(Wanted wanted, UsersConfig users, @Nullable ProxyConfig asGiven) {
        Settings next = wanted.all().onlyChangeableOver(start.settings());
        ProxyConfig nextConfig =
                ProxyConfig.from(next, redis(next), start.config().tls(), users);
        refuseToLetEverybodyIn(nextConfig);
        Reloaded reloaded = new Reloaded(
                differences(next, nextConfig, true),
                asGiven == null ? List.of() : differences(wanted.all(), asGiven, false),
                !users.equals(config.users()) && !users.users().isOpen());
        // Also if no setting has changed: a file that one names may have.
        return new Prepared(wanted, next, nextConfig, reloaded, proxy.prepare(config, nextConfig));
    }

    /** @param values what is to be set, or null to read all settings anew */
    @GuardedBy("this")
    private Reloaded change(String by, @Nullable Map<Setting<?>, String> values) {
        Prepared prepared = null;
        try {
            prepared = values == null ? readAnew() : setOver(values);
            prepared.change().apply();
            read = prepared.wanted().read();
            set = prepared.wanted().set();
            applied = prepared.next();
            config = prepared.config();
            log.tell(EventKind.SETTINGS_RELOADED, SUBJECT, "%s: %s".formatted(by, prepared.reloaded()));
            return prepared.reloaded();
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
                            .formatted(by, prepared == null ? "stay as they are" : "apply in part", e));
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
