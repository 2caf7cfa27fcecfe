package redisproxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.NamedCommand;

/**
 * Which methods write, by the rules that hold for everybody. Users may have further rules. Thread-safe if its predicate is, which is
 * asked anew by each request.
 *
 * @param allows tells whether anybody at all may run a command
 */
public record WriteRules(Predicate<NamedCommand> allows) {
    /** Nothing may be written. */
    public static final WriteRules NONE = new WriteRules(command -> false);

    private static final List<String> READING = List.of("GET", "HEAD", "OPTIONS");

    /** Returns the method of this name if it writes and is allowed, or null. */
    @Nullable
    WriteMethod find(String name) {
        WriteMethod method = WriteMethod.of(name);
        return method != null && allows.test(method.command()) ? method : null;
    }

    /** Returns the methods of a port, whatever the target. */
    List<String> methods() {
        return methods(WriteMethod.values());
    }

    /** The same without those that write, if pages may not. */
    List<String> methods(boolean mayWrite) {
        return mayWrite ? methods() : READING;
    }

    /**
     * Returns the methods of a target.
     *
     * @param path the raw path
     */
    List<String> methods(String path) {
        if (path.length() <= 1) {
            return READING;
        }
        return isForm(path) ? methods() : methods(WriteMethod.PUT, WriteMethod.DELETE);
    }

    private List<String> methods(WriteMethod... writing) {
        List<String> all = new ArrayList<>(READING);
        for (WriteMethod method : writing) {
            if (allows.test(method.command())) {
                all.add(method.name());
            }
        }
        return all;
    }

    /** Returns whether POST has a meaning there. */
    static boolean isForm(String path) {
        return path.equals("/query") || path.equals("//query");
    }
}
