package redisproxy.server;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

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
        try {
            return new CommandLineFlags(commandLine, commandLine.parseArgs(arguments));
        } catch (ParameterException e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new ConfigException(message.lines().findFirst().orElse("") + " (expected: see --help)");
        }
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
            String value = parsed.matchedOptionValue(setting.flag(), (String) null);
            return value == null ? null : new Settings.Given(setting.flag(), value);
        });
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
        CommandSpec spec = CommandSpec.create()
                .name("redis-proxy")
                .mixinStandardHelpOptions(true)
                .version("redis-proxy " + Version.current());
        spec.usageMessage()
                .sortOptions(false)
                .width(100)
                .description("Answers GET key from memory, over HTTP and over the Redis protocol, and asks Redis when"
                        + " it must.%n")
                .footer("%nEach setting can also be given in the environment, and in the file as KEY=VALUE, by the name"
                        + " in brackets. Flags go before the environment, the environment before the file.");
        for (Setting setting : Setting.values()) {
            String defaultValue = setting.defaultValue();
            spec.addOption(OptionSpec.builder(setting.flag())
                    .paramLabel(setting.placeholder())
                    .type(String.class)
                    .arity("1")
                    .description("%s [%s]%s"
                            .formatted(
                                    setting.meaning(),
                                    String.join(", ", setting.names()),
                                    defaultValue == null ? "" : " Default: " + defaultValue))
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
