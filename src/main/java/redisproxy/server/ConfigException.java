package redisproxy.server;

/** A setting is wrong. The message is one line that names the setting, its value and the values that are accepted. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigException(String message) {
        // Values from files and the environment may contain line ends of any kind.
        super(message.replaceAll("\\R", " "));
    }
}
