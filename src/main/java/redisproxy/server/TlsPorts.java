package redisproxy.server;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import redisproxy.admin.AdminConfig;
import redisproxy.http.HttpConfig;
import redisproxy.redis.Password;
import redisproxy.redis.PasswordUnreadableException;
import redisproxy.resp.RespConfig;
import redisproxy.tls.ClientAuth;
import redisproxy.tls.ServerTls;
import redisproxy.tls.ServerTlsConfig;
import redisproxy.tls.TlsFileException;

/**
 * The ports that are encrypted, beside those that are not. Immutable; no secret is in its text.
 *
 * @param proxyPort the HTTPS port, 0 for any free one, or {@link HttpConfig#NO_PORT}
 * @param tcpPort the RESP port with TLS, 0 for any free one, or {@link RespConfig#NO_PORT}
 * @param adminPort the admin port with TLS, 0 for any free one, or {@link AdminConfig#NO_PORT}
 * @param tls how they are encrypted; null exactly if there is none
 */
record TlsPorts(
        int proxyPort, int tcpPort, int adminPort, @Nullable ServerTlsConfig tls) {
    /** All ports are plain. */
    static final TlsPorts NONE = new TlsPorts(HttpConfig.NO_PORT, RespConfig.NO_PORT, AdminConfig.NO_PORT, null);

    /**
     * Reads the settings, and the files that they name. Blocks.
     *
     * @throws ConfigException if a value is not accepted, a file does not hold what it has to, or no port is left for data
     */
    static TlsPorts read(Settings settings) {
        int proxyPort = settings.value(TlsCatalog.PROXY_TLS_PORT);
        int tcpPort = settings.value(TlsCatalog.TCP_TLS_PORT);
        boolean isHttp =
                proxyPort != HttpConfig.NO_PORT || settings.value(SettingsCatalog.PROXY_PORT) != HttpConfig.NO_PORT;
        boolean isResp =
                tcpPort != RespConfig.NO_PORT || settings.value(SettingsCatalog.TCP_PORT) != RespConfig.NO_PORT;
        if (!isHttp && !isResp) {
            throw new ConfigException("%s, %s, %s and %s are none (expected: a port for data)"
                    .formatted(
                            settings.nameOf(SettingsCatalog.PROXY_PORT),
                            settings.nameOf(SettingsCatalog.TCP_PORT),
                            TlsCatalog.PROXY_TLS_PORT,
                            TlsCatalog.TCP_TLS_PORT));
        }
        int adminPort = settings.value(TlsCatalog.ADMIN_TLS_PORT);
        boolean isEncrypted =
                proxyPort != HttpConfig.NO_PORT || tcpPort != RespConfig.NO_PORT || adminPort != AdminConfig.NO_PORT;
        return new TlsPorts(proxyPort, tcpPort, adminPort, tls(settings, isEncrypted));
    }

    /**
     * Reads the files, and returns what encrypts the ports; null if none is. Blocks.
     *
     * @throws StartException if a file has become useless since the settings were read
     */
    @Nullable
    ServerTls open() {
        try {
            return tls == null ? null : ServerTls.open(tls);
        } catch (TlsFileException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static @Nullable ServerTlsConfig tls(Settings settings, boolean isEncrypted) {
        ClientAuth given = settings.optional(TlsCatalog.TLS_AUTH_CLIENTS);
        List<String> protocols = protocols(settings);
        List<String> suites = cipherSuites(settings);
        Password passphrase =
                CredentialsSettings.password(settings, TlsCatalog.TLS_KEY_FILE_PASS, TlsCatalog.TLS_KEY_FILE_PASS_FILE);
        if (!isEncrypted) {
            refuseWithoutPort(settings);
            return null;
        }
        Path cert = required(settings, TlsCatalog.TLS_CERT_FILE);
        Path key = required(settings, TlsCatalog.TLS_KEY_FILE);
        Path ca = file(settings, TlsCatalog.TLS_CA_CERT_FILE);
        ClientAuth clients = given != null ? given : ca == null ? ClientAuth.NO : ClientAuth.YES;
        if (clients != ClientAuth.NO && ca == null) {
            throw new ConfigException("%s: '%s' is given without %s (expected: the authorities of the clients there)"
                    .formatted(settings.nameOf(TlsCatalog.TLS_AUTH_CLIENTS), clients, TlsCatalog.TLS_CA_CERT_FILE));
        }
        ServerTlsConfig tls = new ServerTlsConfig(
                cert,
                key,
                passphrase == null ? null : reader(passphrase),
                clients == ClientAuth.NO ? null : ca,
                clients,
                protocols,
                suites,
                new ServerTlsConfig.Names(
                        settings.nameOf(TlsCatalog.TLS_CERT_FILE),
                        settings.nameOf(TlsCatalog.TLS_KEY_FILE),
                        "%s or %s".formatted(TlsCatalog.TLS_KEY_FILE_PASS_FILE, TlsCatalog.TLS_KEY_FILE_PASS),
                        settings.nameOf(TlsCatalog.TLS_CA_CERT_FILE)));
        try {
            ServerTls unused = ServerTls.open(tls);
        } catch (TlsFileException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        return tls;
    }

    private static Supplier<String> reader(Password passphrase) {
        return () -> {
            try {
                return passphrase.read();
            } catch (PasswordUnreadableException e) {
                throw new TlsFileException(String.valueOf(e.getMessage()));
            }
        };
    }

    private static List<String> protocols(Settings settings) {
        String text = settings.value(TlsCatalog.TLS_PROTOCOLS);
        List<String> protocols = Arrays.asList(text.strip().split("\\s+"));
        if (!ServerTlsConfig.PROTOCOLS.containsAll(protocols)) {
            throw new ConfigException("%s: '%s' is not accepted (expected: %s, or one of them)"
                    .formatted(
                            settings.nameOf(TlsCatalog.TLS_PROTOCOLS),
                            text,
                            String.join(" ", ServerTlsConfig.PROTOCOLS)));
        }
        return protocols;
    }

    private static List<String> cipherSuites(Settings settings) {
        String text = settings.optional(TlsCatalog.TLS_CIPHERSUITES);
        if (text == null) {
            return List.of();
        }
        List<String> suites = List.of(text.strip().split(":"));
        Set<String> known = knownCipherSuites();
        for (String suite : suites) {
            if (!known.contains(suite)) {
                throw new ConfigException(
                        "%s: '%s' is not known (expected: names at IANA separated by colons, as in TLS_AES_128_GCM_SHA256:TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)"
                                .formatted(settings.nameOf(TlsCatalog.TLS_CIPHERSUITES), suite));
            }
        }
        return suites;
    }

    private static Set<String> knownCipherSuites() {
        try {
            return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whoever has named a certificate means that a port is encrypted. */
    private static void refuseWithoutPort(Settings settings) {
        Stream.of(
                        TlsCatalog.TLS_CERT_FILE,
                        TlsCatalog.TLS_KEY_FILE,
                        TlsCatalog.TLS_CA_CERT_FILE,
                        TlsCatalog.TLS_AUTH_CLIENTS)
                .filter(each -> settings.given(each)
                        .filter(given -> !given.value().isEmpty())
                        .isPresent())
                .findFirst()
                .ifPresent(each -> {
                    throw new ConfigException("%s is given, but no port is encrypted (expected: %s, %s or %s too)"
                            .formatted(
                                    settings.nameOf(each),
                                    TlsCatalog.PROXY_TLS_PORT,
                                    TlsCatalog.TCP_TLS_PORT,
                                    TlsCatalog.ADMIN_TLS_PORT));
                });
    }

    private static Path required(Settings settings, Setting<String> setting) {
        Path file = file(settings, setting);
        if (file == null) {
            throw new ConfigException(
                    "%s: not given, but a port is encrypted (expected: %s)".formatted(setting, setting.help()));
        }
        return file;
    }

    private static @Nullable Path file(Settings settings, Setting<String> setting) {
        String name = settings.optional(setting);
        try {
            return name == null ? null : Path.of(name);
        } catch (InvalidPathException e) {
            throw new ConfigException(
                    "%s: '%s' cannot be read (expected: a file)".formatted(settings.nameOf(setting), name));
        }
    }
}
