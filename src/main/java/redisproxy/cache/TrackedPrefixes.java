package redisproxy.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The prefixes of the keys whose writes are reported; may change while they are. Compared by what they are at present. Thread-safe.
 */
public final class TrackedPrefixes {
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private volatile List<String> present;

    /**
     * Makes prefixes, which are these at first; none stands for all keys.
     *
     * @throws IllegalArgumentException if they overlap
     */
    public TrackedPrefixes(List<String> first) {
        this.present = checked(first);
    }

    private static List<String> checked(List<String> prefixes) {
        String overlap = overlap(prefixes);
        if (overlap != null) {
            throw new IllegalArgumentException("prefixes: " + overlap);
        }
        return List.copyOf(prefixes);
    }

    /** Returns which prefixes Redis would refuse together, and what it accepts; null if it accepts them. */
    public static @Nullable String overlap(List<String> prefixes) {
        List<String> sorted = prefixes.stream().sorted().toList();
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).startsWith(sorted.get(i - 1))) {
                return "'%s' begins with '%s' (expected: prefixes none of which begins with another)"
                        .formatted(sorted.get(i), sorted.get(i - 1));
            }
        }
        return null;
    }

    /** Returns what they are at present. */
    public List<String> get() {
        return present;
    }

    /**
     * Has the writes to other keys be reported from now on. Those who {@linkplain #follow follow} are called before this returns.
     *
     * @throws IllegalArgumentException if they overlap; nothing has changed then
     */
    public void change(List<String> to) {
        if (!present.equals(to)) {
            present = checked(to);
            followers.forEach(Runnable::run);
        }
    }

    /** Has {@code changed} called after each change, on the thread that makes it. */
    public void follow(Runnable changed) {
        followers.add(changed);
    }

    /** Has it called no more. */
    public void leave(Runnable changed) {
        followers.remove(changed);
    }

    /** Returns whether a key begins with one of some prefixes, or there are none. */
    static boolean include(List<byte[]> prefixes, byte[] key) {
        for (byte[] prefix : prefixes) {
            if (begins(key, prefix)) {
                return true;
            }
        }
        return prefixes.isEmpty();
    }

    private static boolean begins(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Returns prefixes as bytes of UTF-8. */
    static List<byte[]> bytes(List<String> prefixes) {
        return prefixes.stream()
                .map(prefix -> prefix.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrackedPrefixes prefixes && prefixes.present.equals(present);
    }

    @Override
    public int hashCode() {
        return present.hashCode();
    }

    @Override
    public String toString() {
        return present.toString();
    }
}
