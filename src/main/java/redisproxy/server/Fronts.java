package redisproxy.server;

import jakarta.servlet.ServletContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.auth.LoginAttempts;
import redisproxy.auth.Users;
import redisproxy.http.HttpConfig;
import redisproxy.http.WriteRules;
import redisproxy.http.Writer;
import redisproxy.jetty.HttpConnector;
import redisproxy.measure.EventKind;
import redisproxy.net.ClientMemory;
import redisproxy.resp.InfoSection;
import redisproxy.resp.RespConfig;
import redisproxy.resp.RespConnector;
import redisproxy.tls.ServerTls;

/**
 * What clients reach: what answers HTTP and RESP, the ports of both, their certificates, and who may use them. Compose and close it on one
 * thread; the rest is thread-safe.
 */
final class Fronts {
    private final Supplier<ProxyConfig> config;
    private final ProxyConfig start;
    private final CachedRedis redis;
    private final Outputs outputs;
    private final Authority authority;
    private final ClientMemory clients = ClientMemory.ofHeap();
    private final @Nullable Certificates certificates;
    private final HttpFront http;
    private final Ports ports;
    private final RespConnector resp;

    /**
     * Makes what answers, without ports yet.
     *
     * @param config returns the configuration that applies
     * @param threadsName what the names of threads begin with
     * @param settings what CONFIG shows and changes
     */
    Fronts(
            Supplier<ProxyConfig> config,
            CachedRedis redis,
            Outputs outputs,
            String threadsName,
            ConfigSettings settings) {
        this.config = config;
        this.start = config.get();
        this.redis = redis;
        this.outputs = outputs;
        this.authority = new Authority(
                start.users().users(),
                new LoginAttempts(
                        System::nanoTime, text -> outputs.log().tell(EventKind.LOGIN_FAILED, "logins", text)));
        ServerTls tls = start.tls().open();
        this.certificates = tls == null ? null : new Certificates(tls, outputs.log());
        this.http = new HttpFront(start.http(), start.cache(), redis.cache(), authority, writer());
        this.ports = new Ports(
                threadsName,
                Draining.limit(start.redis().timeout()),
                start.takeover().reusesPorts());
        this.resp = respConnector(settings);
    }

    /** Returns what writes over HTTP, as far as COMMANDS allows it at present. */
    private Writer writer() {
        return new Writer(
                new WriteRules(command -> config.get().resp().commands().allows(command)),
                redis.store(),
                redis.cache()::beginWrite,
                new ClientBodies(clients),
                start.http().maxBodyBytes(),
                start.http().clientTimeout());
    }

    private RespConnector respConnector(ConfigSettings settings) {
        return RespConnector.create(
                ports.server(),
                start.resp(),
                redis.cache(),
                redis.store(),
                /* relay= */ redis.store(),
                authority,
                redis.accesses(),
                clients,
                settings,
                Version.current(),
                redis.slowLoads(),
                outputs.accessLog(),
                infoSections());
    }

    private List<InfoSection> infoSections() {
        List<InfoSection> sections = new ArrayList<>();
        sections.add(new InfoSection("Http", this::httpInfo));
        sections.add(new InfoSection("Log", outputs::info));
        if (certificates != null) {
            sections.add(new InfoSection("Tls", certificates::info));
        }
        return sections;
    }

    private Map<String, Object> httpInfo() {
        return HttpInfo.fields(http.stats());
    }

    /* --------------- Ports --------------- */

    /** Has a servlet container serve HTTP. */
    void register(ServletContext context) {
        http.register(context);
    }

    /** Has the proxy serve HTTP itself. */
    void addHttpPorts() {
        HttpConnector plain = http.connector(ports.server(), clients, outputs.accessLog());
        if (start.http().port() != HttpConfig.NO_PORT) {
            ports.add(SettingsCatalog.PROXY_PORT, plain);
        }
        ServerTls tls = tls();
        if (tls != null && start.tls().proxyPort() != HttpConfig.NO_PORT) {
            ports.add(TlsCatalog.PROXY_TLS_PORT, plain.withTls(tls, start.tls().proxyPort()));
        }
        if (start.front().ports().isOnHttp()) {
            http.beginWith(start.front().headers(config, outputs.log()));
        }
        ports.server().setHandler(http.handler());
    }

    /** Has the proxy serve RESP. */
    void addRespPorts() {
        if (start.resp().port() != RespConfig.NO_PORT) {
            ports.add(SettingsCatalog.TCP_PORT, resp);
        }
        ServerTls tls = tls();
        if (tls != null && start.tls().tcpPort() != RespConfig.NO_PORT) {
            ports.add(
                    TlsCatalog.TCP_TLS_PORT,
                    resp.withTls(
                            tls::newEngine, start.resp().host(), start.tls().tcpPort()));
        }
        if (start.front().ports().isOnResp()) {
            resp.beginWith(start.front().headers(config, outputs.log()));
        }
    }

    Ports ports() {
        return ports;
    }

    HttpFront http() {
        return http;
    }

    RespConnector resp() {
        return resp;
    }

    ClientMemory clients() {
        return clients;
    }

    Authority authority() {
        return authority;
    }

    /** Returns what encrypts ports, or null if all are plain. */
    @Nullable
    ServerTls tls() {
        return certificates == null ? null : certificates.tls();
    }

    /** Looks at the files of certificates from now on, if there are any. */
    void watchCertificates() {
        if (certificates != null) {
            certificates.start();
        }
    }

    /** Does that no more. */
    void closeCertificates() {
        if (certificates != null) {
            certificates.close();
        }
    }

    /** Has other settings apply to clients. */
    ChangeablePart.Change prepare(ProxyConfig to) {
        return () -> {
            followUsers(to.users().users());
            resp.change(to.resp());
            http.change(to.http(), to.cache());
            if (certificates != null) {
                certificates.look();
            }
            ports.drainFor(Draining.limit(to.redis().timeout()));
        };
    }

    private void followUsers(Users to) {
        if (to != authority.current() && !(to.isOpen() && authority.current().isOpen())) {
            authority.replace(to);
        }
    }
}
