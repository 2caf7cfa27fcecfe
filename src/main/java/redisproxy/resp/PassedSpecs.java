package redisproxy.resp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import redisproxy.upstream.BackingCommand;

/** What is known of the commands that the server has told, each looked up once. Thread-safe; no method blocks. */
final class PassedSpecs {
    private final Map<String, PassedSpec> byName = new ConcurrentHashMap<>();

    /** Returns what is known of a command; {@code name} is as in {@link PassedSpec}. */
    PassedSpec of(String name, BackingCommand command) {
        PassedSpec known = byName.get(name);
        // The server may have told its commands anew.
        if (known == null || known.command() != command) {
            known = new PassedSpec(name, command);
            byName.put(name, known);
        }
        return known;
    }
}
