package redisproxy.server;

import static redisproxy.server.Setting.named;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import redisproxy.admin.AdminConfig;
import redisproxy.http.HttpConfig;
import redisproxy.resp.RespConfig;
import redisproxy.tls.ClientAuth;
import redisproxy.tls.ServerTlsConfig;

/**
 * The settings of the ports that are encrypted, as {@link SettingsCatalog} declares the others. They are called as Redis calls
 * its own.
 */
final class TlsCatalog {
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    static final Setting<Integer> PROXY_TLS_PORT =
            declare(named("PROXY_TLS_PORT", new ValueType.OptionalPort("PORT", HttpConfig.MAX_PORT, HttpConfig.NO_PORT))
                    .defaultText("none")
                    .help("HTTPS port, beside the HTTP port; 0 takes any free port, none opens no port")
                    .build());

    static final Setting<Integer> TCP_TLS_PORT =
            declare(named("TCP_TLS_PORT", new ValueType.OptionalPort("PORT", RespConfig.MAX_PORT, RespConfig.NO_PORT))
                    .defaultText("none")
                    .help("RESP port with TLS, beside the plain one; 0 takes any free port, none opens no port")
                    .build());

    static final Setting<Integer> ADMIN_TLS_PORT = declare(
            named("ADMIN_TLS_PORT", new ValueType.OptionalPort("PORT", AdminConfig.MAX_PORT, AdminConfig.NO_PORT))
                    .defaultText("none")
                    .help("admin port with TLS, beside the plain one; 0 takes any free port, none opens no port")
                    .build());

    static final Setting<String> TLS_CERT_FILE = declare(named("TLS_CERT_FILE", new ValueType.Verbatim("FILE"))
            .whenUnset("none, and no port with TLS")
            .help("PEM file of the certificate that ports with TLS show, and of those that lead to its authority")
            .build());

    static final Setting<String> TLS_KEY_FILE = declare(named("TLS_KEY_FILE", new ValueType.Verbatim("FILE"))
            .whenUnset("none")
            .help("PEM file of the private key of TLS_CERT_FILE")
            .build());

    static final Setting<String> TLS_KEY_FILE_PASS = declare(named("TLS_KEY_FILE_PASS", new ValueType.Verbatim("TEXT"))
            .whenUnset("no passphrase")
            .help("passphrase of an encrypted TLS_KEY_FILE; ps shows it if it is a flag")
            .secret()
            .build());

    static final Setting<String> TLS_KEY_FILE_PASS_FILE =
            declare(named("TLS_KEY_FILE_PASS_FILE", new ValueType.Verbatim("FILE"))
                    .whenUnset("the value of TLS_KEY_FILE_PASS")
                    .help("file that holds that passphrase, instead of TLS_KEY_FILE_PASS")
                    .build());

    static final Setting<String> TLS_CA_CERT_FILE = declare(named("TLS_CA_CERT_FILE", new ValueType.Verbatim("FILE"))
            .whenUnset("none, and clients show no certificates")
            .help("PEM file of the authorities that have issued the certificates of clients")
            .build());

    static final Setting<ClientAuth> TLS_AUTH_CLIENTS =
            declare(named("TLS_AUTH_CLIENTS", new ValueType.Choice<>("HOW", List.of(ClientAuth.values())))
                    .whenUnset("yes with TLS_CA_CERT_FILE, otherwise no")
                    .help("whether clients have to show a certificate of TLS_CA_CERT_FILE at ports with TLS")
                    .build());

    static final Setting<String> TLS_PROTOCOLS = declare(named("TLS_PROTOCOLS", new ValueType.Verbatim("VERSIONS"))
            .defaultText(String.join(" ", ServerTlsConfig.PROTOCOLS))
            .help("versions of TLS at these ports, separated by blanks")
            .build());

    static final Setting<String> TLS_CIPHERSUITES = declare(named("TLS_CIPHERSUITES", new ValueType.Verbatim("SUITES"))
            .whenUnset("those with forward secrecy and authenticated encryption")
            .help("cipher suites at these ports by their names at IANA, the best first, separated by colons")
            .build());

    private TlsCatalog() {}

    private static <T> Setting<T> declare(Setting<T> setting) {
        DECLARED.add(setting);
        return setting;
    }

    /** Returns these settings in the order of their declaration. */
    static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }
}
