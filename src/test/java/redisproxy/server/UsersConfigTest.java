package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UsersConfigTest {
    private static final String WARNING = "No password is set (REQUIREPASS_FILE), and other machines reach the ports";

    @TempDir
    private Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("file"), text).toString();
    }

    private static List<String> notices(String... flags) {
        Settings settings = CommandLineFlags.parse(flags).settings(Map.of());
        assertThat(ProxyConfig.from(settings)).isNotNull();
        return settings.notices();
    }

    private static @Nullable String warning(String... flags) {
        ProxyConfig config = ProxyConfig.fromArgs(flags);
        return config.users().warningIfOpen(config.http().host(), config.resp().host());
    }

    @Test
    void warnsIfOthersMayRead() throws IOException {
        assertThat(warning()).startsWith(WARNING);
        assertThat(warning("--proxy-host=127.0.0.1", "--tcp-host=")).startsWith(WARNING);
        assertThat(warning("--proxy-host=10.0.0.1", "--tcp-host=127.0.0.1")).startsWith(WARNING);
        assertThat(warning("--proxy-host=::1")).isNull();
        assertThat(warning("--proxy-host=localhost")).isNull();
        assertThat(warning("--requirepass-file=" + file("secret\n"))).isNull();
    }

    @Test
    void refusesToPassCommandsOnForEverybody() throws IOException {
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--commands=all"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("COMMANDS: 'all' lets everybody who reaches the ports write")
                .hasMessageContaining("INSECURE=true if it is meant");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--commands=+set", "--proxy-host=127.0.0.1", "--tcp-host="))
                .isInstanceOf(ConfigException.class);
        ProxyConfig.fromArgs("--commands=read");
        ProxyConfig.fromArgs("--commands=all", "--proxy-host=127.0.0.1");
        ProxyConfig.fromArgs("--commands=all", "--requirepass-file=" + file("secret\n"));
        assertThat(ProxyConfig.fromArgs("--commands=all", "--insecure=true")
                        .users()
                        .isInsecure())
                .isTrue();
    }

    @Test
    void warnsOfAPasswordThatPsShows() {
        assertThat(notices("--requirepass=hidden"))
                .singleElement()
                .asString()
                .startsWith("--requirepass: every user of this machine sees the flag with ps")
                .doesNotContain("hidden");
    }

    @Test
    void showsNoSecret() throws IOException {
        ProxyConfig config = ProxyConfig.fromArgs("--requirepass-file=" + file("hidden\n"));
        assertThat(config.users().users().isOpen()).isFalse();
        assertThat(config.toString()).doesNotContain("hidden");
        assertThat(ConfigParameters.of(config).toString()).doesNotContain("hidden");
        assertThat(SettingViews.of(config).toString()).doesNotContain("hidden");
    }

    @Test
    void namesTheSettingTheFileAndTheLine() throws IOException {
        String file = file("user a on >hidden +gett\n");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--acl-file=" + file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--acl-file: '%s', line 1: user 'a', word 5: '+gett' is not accepted", file)
                .hasMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--acl-file", "--bearer-file", "--requirepass-file"})
    void refusesFilesThatCannotBeRead(String flag) {
        assertThatThrownBy(() -> ProxyConfig.fromArgs(flag + "=/none/there"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(flag + ": '/none/there' cannot be read");
    }

    @Test
    void refusesTwoPasswords() throws IOException {
        String file = file("x");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--requirepass=x", "--requirepass-file=" + file))
                .hasMessageContaining("is given beside --requirepass");
    }
}
