package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redisproxy.auth.Users;
import redisproxy.fixtures.Certificates;
import redisproxy.testkit.ChildProcess;
import redisproxy.tls.ClientAuth;
import redisproxy.tls.ServerTls;
import redisproxy.tls.ServerTlsConfig;

/** Clients whose certificates name users, by redis-cli. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CertificateLoginTest {
    private static final String NAMES = "DNS:localhost,IP:127.0.0.1";

    @TempDir
    private static Path folder;

    private static Certificates certificates;
    private static Certificates.Pair authority;
    private static Certificates.Pair alice;
    private static Certificates.Pair service;
    private static RunningResp port;

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(folder);
        authority = certificates.authority("ca");
        Certificates.Pair own = certificates.issue(authority, "proxy", NAMES);
        alice = certificates.issue(authority, "alice", NAMES);
        service = certificates.issue(authority, "somebody", "URI:spiffe://a/service");
        ServerTls tls = ServerTls.open(new ServerTlsConfig(
                own.cert(),
                own.key(),
                null,
                authority.cert(),
                ClientAuth.OPTIONAL,
                ServerTlsConfig.PROTOCOLS,
                List.of(),
                ServerTlsConfig.Names.DEFAULT));
        port = new RunningResp(tls::newEngine);
        port.store.put("alice:1", "hers");
        port.store.put("service:1", "its");
        port.authority.replace(users("""
                user default off
                user alice on >secret ~alice:* +@all
                user spiffe://a/service on >other ~service:* +@all
                """));
    }

    private static Users users(String text) throws Exception {
        return Users.of(null, Files.writeString(folder.resolve("users"), text).toString(), null, new ServedCommands());
    }

    @AfterAll
    static void stop() {
        port.close();
    }

    private static String cli(Certificates.Pair shown, String... command) {
        List<String> words = new ArrayList<>(List.of(
                "redis-cli",
                "--tls",
                "--cacert",
                authority.cert().toString(),
                "-p",
                Integer.toString(port.address().port())));
        if (shown != null) {
            words.addAll(List.of(
                    "--cert", shown.cert().toString(), "--key", shown.key().toString()));
        }
        words.addAll(List.of(command));
        try (ChildProcess cli = ChildProcess.start(Map.of(), words)) {
            cli.awaitExit();
            return cli.out() + cli.err();
        }
    }

    @Test
    void namesTheUser() {
        assertThat(cli(alice, "ACL", "WHOAMI")).contains("alice");
        assertThat(cli(alice, "GET", "alice:1")).contains("hers");
        assertThat(cli(alice, "GET", "service:1")).contains("NOPERM");
        assertThat(cli(service, "GET", "service:1")).contains("its");
        assertThat(cli(service, "ACL", "WHOAMI")).contains("spiffe://a/service");
    }

    @Test
    void nobodyWithoutOne() {
        assertThat(cli(null, "GET", "alice:1")).contains("NOAUTH");
        assertThat(cli(certificates.issue(authority, "unknown", NAMES), "GET", "alice:1"))
                .contains("NOAUTH");
    }

    @Test
    void passwordGoesBefore() {
        assertThat(cli(service, "--user", "alice", "--pass", "secret", "GET", "alice:1"))
                .contains("hers");
    }
}
