package redisproxy.server;

/** A setting is wrong. The message is one line that names the setting, its value and what is accepted. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigException(String message) {
        // What is quoted from files and the environment may hold line ends of any kind.
        super(message.replaceAll("\\R", " "));
    }
}
