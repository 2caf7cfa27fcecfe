package redisproxy.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
    private static final String HELP = "--help";
    private static final String VERSION = "--version";

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
            String name = nameOf(e.getUnmatched());
            throw new ConfigException("'%s' is unknown%s (expected: see --help)".formatted(name, suggestion(name)));
        } catch (ParameterException e) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new ConfigException(message.lines().findFirst().orElse("") + " (expected: see --help)");
        }
    }

    /** Returns only the name: the value of a misspelt flag may be a password. */
    private static String nameOf(List<String> unmatched) {
        String first = unmatched.get(0);
        int equals = first.indexOf('=');
        return equals < 0 ? first : first.substring(0, equals);
    }

    private static String suggestion(String name) {
        Map<String, String> flags = new LinkedHashMap<>();
        for (Setting<?> setting : SettingsCatalog.all()) {
            flags.put(setting.flag(), setting.flag());
        }
        for (String other : List.of(CONFIG, HELP, VERSION)) {
            flags.put(other, other);
        }
        // People also try the name in the environment.
        SettingsCatalog.all()
                .forEach(setting -> setting.names().forEach(each -> flags.putIfAbsent("--" + each, setting.flag())));
        List<String> nearest = new ArrayList<>();
        for (String near : Nearest.to(name, flags.keySet())) {
            String flag = flags.get(near);
            if (flag != null && !nearest.contains(flag)) {
                nearest.add(flag);
            }
        }
        return nearest.isEmpty() ? "" : "; did you mean %s?".formatted(String.join(" or ", nearest));
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
        Settings settings = settings().orFromEnvironment(environment);
        String file = parsed.matchedOptionValue(CONFIG, (String) null);
        if (file != null) {
            settings.orFromFile(ConfigFile.read(file));
        }
        return settings;
    }

    /** Returns what reads {@link #settings(Map)} anew each time. */
    SettingsSource source(Supplier<Map<String, String>> environment) {
        String file = parsed.matchedOptionValue(CONFIG, (String) null);
        return new SettingsSource() {
            @Override
            public Settings read() {
                return settings(environment.get());
            }

            @Override
            public @Nullable String file() {
                return file;
            }
        };
    }

    private static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("redis-proxy");
        spec.usageMessage()
                .sortOptions(false)
                .width(100)
                .header(
                        "java -jar redis-proxy.war --redis-host redis.example --ttl 5",
                        "java -jar redis-proxy.war --config .config --coherence tracking%n")
                .description(
                        "A read-through cache in front of Redis. Answers GET from memory, over HTTP and over the Redis"
                                + " protocol.%n")
                .footer(
                        "%nThe name in brackets gives a setting in the environment, or as KEY=VALUE in the file. Flags go"
                                + " before the environment, the environment before the file.");
        // Picocli's own mixin is read by reflection, which takes a tenth of the time of a start.
        spec.addOption(OptionSpec.builder("-h", HELP)
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build());
        spec.addOption(OptionSpec.builder("-V", VERSION)
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
