package redisproxy.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names by which a port may be asked for, so that another site cannot lead a browser to it by a name of its own (DNS rebinding).
 * {@code localhost} and addresses are accepted in any case: nobody can make those point elsewhere. Immutable.
 *
 * @param names host names in lower case; one that begins with {@code *.} stands for all names below that domain
 */
public record AllowedHosts(List<String> names) {
    private static final String ANY_BELOW = "*.";
    private static final Pattern NAME =
            Pattern.compile("(?:\\*\\.)?[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}._-]*[\\p{L}\\p{N}_])?");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");

    public AllowedHosts {
        names = List.copyOf(names);
    }

    /**
     * Reads names as they are configured.
     *
     * @throws IllegalArgumentException if one is no host name; the message says which
     */
    public static AllowedHosts of(List<String> names) {
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "'%s' is no host name (expected: a name such as cache.example.com or *.example.com, without a port)"
                                .formatted(name));
            }
        }
        return new AllowedHosts(
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    }

    /** Returns these names and one more, which may be an address. */
    public AllowedHosts and(String name) {
        List<String> more = new ArrayList<>(names);
        more.add(name.toLowerCase(Locale.ROOT));
        return new AllowedHosts(more);
    }

    /** Returns whether a request may be for this host, which may have a port. */
    public boolean accepts(String authority) {
        int colon = authority.indexOf(':');
        if (authority.startsWith("[") || colon != authority.lastIndexOf(':')) {
            return true; // of IPv6
        }
        String given = (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
        String host = given.endsWith(".") ? given.substring(0, given.length() - 1) : given;
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || IPV4.matcher(host).matches()
                || names.stream().anyMatch(name -> matches(name, host));
    }

    private static boolean matches(String name, String host) {
        return name.startsWith(ANY_BELOW)
                ? host.length() >= name.length() && host.endsWith(name.substring(1))
                : host.equals(name);
    }
}
