package redisproxy.resp;

import java.util.Map;
import java.util.function.Supplier;

/**
 * One section of INFO (redis.io, "INFO"). Thread-safe if its supplier is.
 *
 * @param title the title, which also selects the section, in upper or lower case
 * @param fields returns the names and values at present, in the order in which they are shown; an empty map hides the
 *     fields and keeps the title. Must not block
 */
public record InfoSection(String title, Supplier<? extends Map<String, ?>> fields) {}
