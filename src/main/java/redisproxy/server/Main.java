package redisproxy.server;

import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: {@code java -jar redis-proxy.war [flags]}. */
public final class Main {
    private static final int EXIT_OK = 0;
    private static final int EXIT_CANNOT_START = 1;
    private static final int EXIT_WRONG_SETTING = 2;

    private Main() {}

    /**
     * Starts the proxy and returns while it runs, or exits: with 0 after {@code --help} and {@code --version}, with 2 if a
     * setting is wrong, with 1 if the proxy cannot start. Later it exits with 0 if it is told to stop, and with 3 if it cannot go
     * on. Any other failure is printed with its stack trace; the exit code is 1.
     */
    public static void main(String[] arguments) {
        try {
            CommandLineFlags flags = CommandLineFlags.parse(ProcessTexts.arguments(arguments));
            String information = flags.information();
            if (information != null) {
                System.out.print(information);
                System.exit(EXIT_OK);
            }
            run(flags.source(ProcessTexts::environment));
        } catch (ConfigException e) {
            complain(System.err, e);
            System.exit(EXIT_WRONG_SETTING);
        } catch (StartException e) {
            complain(System.err, e);
            System.exit(EXIT_CANNOT_START);
        } catch (RuntimeException | Error e) {
            // Threads that have been started must not keep the process alive.
            try {
                Logging.flush();
                e.printStackTrace();
            } finally {
                System.exit(EXIT_CANNOT_START);
            }
        }
    }

    private static void run(SettingsSource source) {
        // First, so that what is wrong with other settings is told in it.
        Settings settings = source.read();
        Logging.format(settings.value(LogCatalog.LOG_FORMAT));
        StartSettings start = StartSettings.read(source, settings);
        ProxyConfig config = start.config();
        Logging.configure(config.log().level());
        JettyTuning.apply();
        NameLookups.keepBriefly();
        Logger log = LoggerFactory.getLogger(Main.class);
        start.settings().notices().forEach(log::warn);
        Stop stop = new Stop(Draining.limit(config.redis().timeout()));
        stop.onSignals();
        ProxyServer proxy = ProxyServer.start(start, new ProcessEnd());
        stop.started(proxy);
        proxy.tellStarted();
    }

    private static void complain(PrintStream err, RuntimeException e) {
        Logging.flush();
        byte[] line = Logging.lastLine(String.valueOf(e.getMessage()));
        err.write(line, 0, line.length);
        err.flush();
    }
}
