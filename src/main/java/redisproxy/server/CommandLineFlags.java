package redisproxy.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The flags of the command line, made from {@link SettingsCatalog}, so that none can be missing. Immutable. */
final class CommandLineFlags {
    private static final String CONFIG = "--config";

    private final CommandLine commandLine;
    private final ParseResult parsed;

    private CommandLineFlags(CommandLine commandLine, ParseResult parsed) {
        this.commandLine = commandLine;
        this.parsed = parsed;
    }

    /**
     * Parses the arguments.
     *
     * @throws ConfigException if a flag is unknown, is repeated or lacks its value
     */
    static CommandLineFlags parse(String... arguments) {
        CommandLine commandLine = new CommandLine(spec());
        // A value that begins with "@" is a value, not the name of a file: it may be a password.
        commandLine.setExpandAtFiles(false);
        try {
            return new CommandLineFlags(commandLine, commandLine.parseArgs(arguments));
        } catch (UnmatchedArgumentException e) {
            throw new ConfigException("%s is unknown (expected: see --help)".formatted(nameOf(e.getUnmatched())));
        } catch (ParameterException e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new ConfigException(message.lines().findFirst().orElse("") + " (expected: see --help)");
        }
    }

    /** Returns only the name: the value of a misspelt flag may be a password. */
    private static String nameOf(List<String> unmatched) {
        String first = unmatched.get(0);
        int equals = first.indexOf('=');
        return "'" + (equals < 0 ? first : first.substring(0, equals)) + "'";
    }

    /** Returns what {@code --help} or {@code --version} prints, or null if neither was asked for. */
    @Nullable
    String information() {
        if (parsed.isUsageHelpRequested()) {
            return commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF);
        }
        if (parsed.isVersionHelpRequested()) {
            return "redis-proxy " + Version.current() + System.lineSeparator();
        }
        return null;
    }

    /** Returns the flags alone. */
    Settings settings() {
        return new Settings().orFrom(setting -> {
            Object value = parsed.matchedOptionValue(setting.flag(), (Object) null);
            String text = value instanceof List<?> values ? join(values) : (String) value;
            return text == null ? null : new Settings.Given(setting.flag(), text);
        });
    }

    private static String join(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Returns the flags, over the environment, over the file that {@code --config} names. */
    Settings settings(Map<String, String> environment) {
        Settings settings = settings().orFromNames(environment::get);
        String file = parsed.matchedOptionValue(CONFIG, (String) null);
        if (file != null) {
            settings.orFromNames(ConfigFile.read(Path.of(file))::get);
        }
        return settings;
    }

    private static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("redis-proxy");
        spec.usageMessage()
                .sortOptions(false)
                .width(100)
                .description(
                        "A read-through cache in front of Redis. Answers GET from memory, over HTTP and over the Redis"
                                + " protocol.%n")
                .footer(
                        "%nThe name in brackets gives a setting in the environment, or as KEY=VALUE in the file. Flags go"
                                + " before the environment, the environment before the file.");
        // Picocli's own mixin is read by reflection, which takes a tenth of the time of a start.
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
        SettingsCatalog.all().forEach(setting -> spec.addOption(option(setting)));
        return spec.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(String.class)
                .arity("1")
                .description("file with settings")
                .build());
    }

    private static OptionSpec option(Setting<?> setting) {
        return OptionSpec.builder(setting.flag())
                .paramLabel(setting.type().placeholder())
                .type(setting.type().isList() ? List.class : String.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .description(setting.help() + " [" + String.join(", ", setting.names()) + "]" + defaultOf(setting))
                .build();
    }

    private static String defaultOf(Setting<?> setting) {
        String words = setting.defaultText() == null ? setting.whenUnset() : setting.defaultText();
        return words.isEmpty() ? "" : " Default: " + words;
    }
}
