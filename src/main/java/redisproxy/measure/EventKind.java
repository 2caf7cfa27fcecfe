package redisproxy.measure;

import java.util.Locale;

/** What can happen to the proxy that people should know of. Each kind is described in the manual, where a test looks for it. */
public enum EventKind {
    /** The ports are open. */
    STARTED(Severity.INFO),
    /** Everybody who reaches the ports may read all keys. */
    NO_PASSWORD(Severity.WARN),
    /** The hottest keys of another process have been loaded. */
    WARMED(Severity.INFO),
    /** They could not be, and the cache begins empty. */
    COLD_START(Severity.WARN),
    /** The proxy has been told to stop. */
    STOPPING(Severity.INFO),
    /** The settings have been read anew. */
    SETTINGS_RELOADED(Severity.INFO),
    /** The settings have been read anew, and one is not accepted. */
    SETTINGS_REFUSED(Severity.WARN),

    /** Ports with TLS show this certificate from now on. */
    CERTIFICATE_SHOWN(Severity.INFO),
    /** The files of the certificate have changed and are of no use; the one before is shown. */
    CERTIFICATE_REFUSED(Severity.WARN),
    /** The certificate that is shown expires soon, or has expired. */
    CERTIFICATE_EXPIRES(Severity.WARN),

    /** A server that was asked what it is has told. */
    REDIS_FOUND(Severity.INFO),
    /** A connection to a server broke. Further requests are sent to it. */
    REDIS_FAILING(Severity.WARN),
    /** Requests are not sent to a server any more: its circuit is open. */
    REDIS_UNREACHABLE(Severity.WARN),
    /** A server answers again: its circuit is closed. */
    REDIS_BACK(Severity.INFO),
    /** A server that did not answer is not asked any more, because others hold its keys. */
    REDIS_LEFT(Severity.INFO),
    /** A server answers by errors. */
    REDIS_ERROR(Severity.WARN),
    /** A setting has no effect on the Redis that was found. */
    SETTING_IGNORED(Severity.WARN),
    /** What is at the address holds no keys that can be read. */
    REDIS_UNREADABLE(Severity.WARN),

    /** A server reports writes. */
    TRACKING_CONFIRMED(Severity.INFO),
    /** A server does not report writes any more. */
    TRACKING_LOST(Severity.WARN),
    /** A server does not offer to report writes. */
    TRACKING_REFUSED(Severity.WARN),

    /** Sentinels have told the first master. */
    MASTER_FOUND(Severity.INFO),
    /** Another server is the master. */
    MASTER_CHANGED(Severity.WARN),
    /** No Sentinel tells the master. */
    SENTINELS_LOST(Severity.WARN),
    /** A Sentinel tells the master again. */
    SENTINELS_BACK(Severity.INFO),
    /** A Sentinel does less than is needed of it. */
    SENTINEL_LIMITED(Severity.WARN),

    /** The slots of a Cluster are known. */
    SLOTS_FOUND(Severity.INFO),
    /** Slots have come to other nodes. */
    SLOTS_MOVED(Severity.INFO),
    /** No node tells the slots. */
    SLOTS_LOST(Severity.WARN),
    /** A node tells the slots again. */
    SLOTS_BACK(Severity.INFO),
    /** A Cluster does not serve. */
    CLUSTER_DOWN(Severity.WARN),
    /** A Cluster serves again. */
    CLUSTER_UP(Severity.INFO),

    /** A replica does not answer as it should, and is not read from until it does. */
    REPLICA_FAILING(Severity.WARN),
    /** A replica is left: what was asked of it is asked of others. */
    REPLICA_LOST(Severity.WARN),
    /** A replica is read from again. */
    REPLICA_BACK(Severity.INFO),

    /** Somebody has tried to log in with credentials that prove nobody. */
    LOGIN_FAILED(Severity.WARN),
    /** A connection was closed for its header of the PROXY protocol, or for want of one. */
    PROXY_HEADER_REFUSED(Severity.WARN),
    /** Clients are refused, because a limit is reached. */
    REFUSALS_BEGUN(Severity.WARN),
    /** No client has been refused for some seconds. */
    REFUSALS_ENDED(Severity.INFO),
    /** Clients are closed, because there is no memory for what all of them send. */
    MEMORY_SHORT(Severity.WARN),
    /** No client has been closed for that for some seconds. */
    MEMORY_BACK(Severity.INFO),
    /** The proxy has lost something that it needs. */
    VITAL_LOST(Severity.WARN),
    /** It has it again. */
    VITAL_BACK(Severity.INFO),

    /** Lines of the access log are dropped. */
    ACCESS_LOG_LOST(Severity.WARN),
    /** No line of it has been dropped for some seconds. */
    ACCESS_LOG_BACK(Severity.INFO),

    /** There were more events of a kind than are told. */
    LEFT_OUT(Severity.WARN);

    private final Severity severity;

    /** How much an event matters. */
    public enum Severity {
        /** Something is as it should be. */
        INFO,
        /** Somebody should look into it if it lasts. */
        WARN
    }

    EventKind(Severity severity) {
        this.severity = severity;
    }

    public Severity severity() {
        return severity;
    }

    /** Returns the name by which people and programs know it, such as {@code redis-back}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
