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

/** The flags of the command line, made from {@link Setting} so that none can be missing. */
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
     * @throws ConfigException if one is unknown, repeated or lacks its value
     */
    static CommandLineFlags parse(String... arguments) {
        CommandLine commandLine = new CommandLine(spec());
        // A value that begins with "@", a password perhaps, is a value.
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

    /** Only the name: what follows a misspelt flag may be a password. */
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
                .description("Answers GET key from memory, over HTTP and over the Redis protocol, and asks Redis when"
                        + " it must.%n")
                .footer("%nEach setting can also be given in the environment, and in the file as KEY=VALUE, by the name"
                        + " in brackets. Flags go before the environment, the environment before the file.");
        // Not picocli's own mixin, which is read by reflection: a tenth of the time that a start takes.
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
        for (Setting setting : Setting.values()) {
            String defaultValue = setting.defaultValue();
            spec.addOption(OptionSpec.builder(setting.flag())
                    .paramLabel(setting.placeholder())
                    .type(setting.isList() ? List.class : String.class)
                    .auxiliaryTypes(String.class)
                    .arity("1")
                    .description(setting.meaning() + " [" + String.join(", ", setting.names()) + "]"
                            + (defaultValue == null ? "" : " Default: " + defaultValue))
                    .build());
        }
        return spec.addOption(OptionSpec.builder(CONFIG)
                .paramLabel("FILE")
                .type(String.class)
                .arity("1")
                .description("file with settings")
                .build());
    }
}
