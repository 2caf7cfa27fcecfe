package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of settings in the manual and the file {@code .config} agree with the declarations. */
final class SettingsDocumentsTest {
    private static final Path MANUAL = Path.of("docs/configuration.md");
    private static final Path CONFIG = Path.of(".config");
    private static final String BEGIN = "<!-- settings: begin -->";
    private static final String END = "<!-- settings: end -->";
    private static final String FIRST_SETTING = "\n# Address of the HTTP port";

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    /** A clause: no capital at the beginning, no full stop at the end. */
    private static final Pattern CLAUSE = Pattern.compile("(?:[a-z]\\S*|HTTPS?|RESP|PEM) .*[^.\\s]");

    @Test
    void everyConstantIsListed() {
        assertThat(Stream.of(
                                SettingsCatalog.class,
                                RedisCatalog.class,
                                AdminCatalog.class,
                                SlowlogCatalog.class,
                                LogCatalog.class,
                                UsersCatalog.class,
                                BrowserCatalog.class,
                                TlsCatalog.class,
                                TakeoverCatalog.class,
                                CommandsCatalog.class,
                                FrontCatalog.class)
                        .flatMap(catalog -> Stream.of(catalog.getDeclaredFields()))
                        .filter(field -> field.getType() == Setting.class))
                .hasSameSizeAs(SettingsCatalog.all());
    }

    @Test
    void meaningsAreClauses() {
        for (Setting<?> setting : SettingsCatalog.all()) {
            assertThat(setting.help()).as(setting.name()).matches(CLAUSE).doesNotContain("|", "\n");
        }
    }

    @Test
    void defaultsAreAccepted() {
        for (Setting<?> setting : SettingsCatalog.all()) {
            if (setting.defaultText() != null) {
                assertThat(setting.whenUnset()).as(setting.name()).isEmpty();
                assertThat((Object) setting.type().parse(setting.defaultText()))
                        .as(setting.name())
                        .isNotNull();
            }
        }
    }

    @Test
    void tableInTheManual() throws IOException {
        String manual = Files.readString(MANUAL);
        int begin = manual.indexOf(BEGIN);
        int end = manual.indexOf(END);
        assertThat(begin).as("%s in %s", BEGIN, MANUAL).isNotNegative();
        assertThat(end).as("%s in %s", END, MANUAL).isGreaterThan(begin);
        List<String> table = manual.substring(begin + BEGIN.length(), end)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        List<String> expected = table();
        assertThat(table)
                .as("%s; the right table is%n%s%n", MANUAL, String.join("\n", expected))
                .isEqualTo(expected);
    }

    private static List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add("| flag | environment (alias) | default | accepted | meaning |");
        lines.add("|---|---|---|---|---|");
        for (Setting<?> setting : SettingsCatalog.all()) {
            List<String> names = setting.names();
            String alias = names.size() == 1 ? "" : " (`%s`)".formatted(names.get(1));
            lines.add("| `%s` | `%s`%s | %s | %s | %s |"
                    .formatted(
                            setting.flag(),
                            setting.name(),
                            alias,
                            defaultOf(setting),
                            setting.type().range(),
                            setting.help())
                    .replace("|  |", "| |"));
        }
        return lines;
    }

    private static String defaultOf(Setting<?> setting) {
        String text = setting.defaultText();
        if (text == null) {
            return setting.whenUnset();
        }
        return NUMBER.matcher(text).matches() ? text : "`" + text + "`";
    }

    @Test
    void sampleFile() throws IOException {
        String file = Files.readString(CONFIG);
        int begin = file.indexOf(FIRST_SETTING) + 1;
        String expected = sample();
        assertThat(file.substring(begin))
                .as("%s; from its first setting on it has to be%n%s", CONFIG, expected)
                .isEqualTo(expected);
    }

    private static String sample() {
        StringBuilder lines = new StringBuilder();
        for (Setting<?> setting : SettingsCatalog.all()) {
            lines.append(lines.isEmpty() ? "" : "\n");
            String help = setting.help();
            lines.append("# %s%s.%n".formatted(help.substring(0, 1).toUpperCase(Locale.ROOT), help.substring(1)));
            if (setting.defaultText() == null && !setting.whenUnset().isEmpty()) {
                lines.append("# If not given: %s.%n".formatted(setting.whenUnset()));
            }
            lines.append(
                    "%s=%s%n".formatted(setting.name(), setting.defaultText() == null ? "" : setting.defaultText()));
        }
        return lines.toString();
    }

    @Test
    void sampleFileHoldsTheDefaults() {
        assertThat(ProxyConfig.from(new Settings().orFromFile(ConfigFile.read(CONFIG))))
                .usingRecursiveComparison()
                // Who names the default has asked for it.
                .ignoringFields("admin.isRequired")
                .isEqualTo(ProxyConfig.fromArgs());
    }
}
