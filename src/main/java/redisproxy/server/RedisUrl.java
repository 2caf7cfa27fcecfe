package redisproxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.RedisConfig;

/**
 * A URL that says which Redis (IANA, the schemes redis and rediss): {@code redis://[user[:password]@]host[:port][/database]}.
 * Clusters and Sentinels have several hosts, separated by commas, and Sentinels the name of a master in the fragment.
 * User, password and that name are percent-encoded (RFC 3986, 2.1), an IPv6 address is in brackets. {@code java.net.URI} does not read
 * several hosts, nor names of hosts with an underscore. Immutable; its text is the URL without user and password.
 *
 * @param addresses at least one
 * @param database null if the URL names none
 * @param masterName the name under which Sentinels know the master; null if the URL names none
 */
record RedisUrl(
        Scheme scheme,
        @Nullable String user,
        @Nullable String password,
        List<NodeAddress> addresses,
        @Nullable Integer database,
        @Nullable String masterName) {
    private static final ValueType.Host HOST = new ValueType.Host("HOST", "behind a colon");
    private static final ValueType.WholeNumber PORT = new ValueType.WholeNumber("PORT", 1, NodeAddress.MAX_PORT);
    private static final ValueType.WholeNumber DATABASE =
            new ValueType.WholeNumber("NUMBER", 0, RedisConfig.MAX_DATABASE);

    /** What a URL begins with. */
    enum Scheme {
        REDIS("redis", RedisMode.AUTO, false),
        REDISS("rediss", RedisMode.AUTO, true),
        REDIS_CLUSTER("redis-cluster", RedisMode.CLUSTER, false),
        REDISS_CLUSTER("rediss-cluster", RedisMode.CLUSTER, true),
        REDIS_SENTINEL("redis-sentinel", RedisMode.SENTINEL, false),
        REDISS_SENTINEL("rediss-sentinel", RedisMode.SENTINEL, true);

        /** Where Sentinels listen by default. */
        static final int SENTINEL_PORT = 26_379;

        private final String text;
        private final RedisMode mode;
        private final boolean isTls;

        Scheme(String text, RedisMode mode, boolean isTls) {
            this.text = text;
            this.mode = mode;
            this.isTls = isTls;
        }

        /** Returns how the servers are found: the URL of one server leaves it open. */
        RedisMode mode() {
            return mode;
        }

        int defaultPort() {
            return mode == RedisMode.SENTINEL ? SENTINEL_PORT : RedisConfig.DEFAULT_ADDRESS.port();
        }

        boolean isTls() {
            return isTls;
        }

        @Override
        public String toString() {
            return text + "://";
        }
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is not one; the message names the part and what is expected, and no user or password
     */
    static RedisUrl parse(String given) {
        String text = given.strip();
        Scheme scheme = scheme(text);
        String rest = text.substring(scheme.toString().length());
        // A slash or a hash sign in a password is to be encoded, but who forgets that must not find it in a message.
        int at = rest.lastIndexOf('@');
        String userInfo = at < 0 ? "" : rest.substring(0, at);
        String target = rest.substring(at + 1);
        int hash = target.indexOf('#');
        String beforeHash = hash < 0 ? target : target.substring(0, hash);
        String fragment = hash < 0 ? "" : target.substring(hash + 1);
        int query = target.indexOf('?');
        if (query >= 0) {
            throw new IllegalArgumentException(
                    "parameters, '%s', are not accepted here".formatted(target.substring(query)));
        }
        if (hash >= 0 && scheme.mode() != RedisMode.SENTINEL) {
            throw new IllegalArgumentException(
                    "a fragment, '#%s', is not accepted here (expected: a name behind # with %s alone)"
                            .formatted(fragment, Scheme.REDIS_SENTINEL));
        }
        int slash = beforeHash.indexOf('/');
        String hosts = slash < 0 ? beforeHash : beforeHash.substring(0, slash);
        String path = slash < 0 ? "" : beforeHash.substring(slash + 1);
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        return new RedisUrl(
                scheme,
                user.isEmpty() ? null : decoded("user", user),
                colon < 0 || colon == userInfo.length() - 1 ? null : decoded("password", userInfo.substring(colon + 1)),
                addresses(scheme, hosts),
                path.isEmpty() ? null : number("database", path, DATABASE),
                fragment.isBlank() ? null : decoded("name of the master", fragment));
    }

    private static Scheme scheme(String text) {
        for (Scheme each : Scheme.values()) {
            if (text.toLowerCase(Locale.ROOT).startsWith(each.toString())) {
                return each;
            }
        }
        throw new IllegalArgumentException("the scheme is not accepted (expected: a URL that begins with one of "
                + Stream.of(Scheme.values()).map(Scheme::toString).collect(Collectors.joining(", "))
                + ")");
    }

    private static List<NodeAddress> addresses(Scheme scheme, String hosts) {
        List<NodeAddress> addresses = new ArrayList<>();
        for (String each : hosts.split(",", -1)) {
            addresses.add(address(each, scheme.defaultPort()));
        }
        if (addresses.size() > 1 && scheme.mode() == RedisMode.AUTO) {
            throw new IllegalArgumentException(
                    "the host '%s' is a list (expected: one host with %s; several are nodes of a Cluster with %s, or Sentinels with %s)"
                            .formatted(
                                    hosts,
                                    scheme,
                                    scheme.isTls() ? Scheme.REDISS_CLUSTER : Scheme.REDIS_CLUSTER,
                                    scheme.isTls() ? Scheme.REDISS_SENTINEL : Scheme.REDIS_SENTINEL));
        }
        return List.copyOf(addresses);
    }

    private static NodeAddress address(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > text.lastIndexOf(']');
        String host = hasPort ? text.substring(0, colon) : text;
        boolean isBare6 = !host.startsWith("[") && host.indexOf(':') >= 0;
        String accepted = isBare6 ? null : HOST.parse(host);
        if (accepted == null) {
            throw new IllegalArgumentException(
                    "the host '%s' is not accepted (expected: a host name or an address, of IPv6 in brackets)"
                            .formatted(host));
        }
        return new NodeAddress(accepted, hasPort ? number("port", text.substring(colon + 1), PORT) : defaultPort);
    }

    private static int number(String part, String text, ValueType.WholeNumber type) {
        Integer number = type.parse(text);
        if (number == null) {
            throw new IllegalArgumentException(
                    "the %s '%s' is not accepted (expected: %s)".formatted(part, text, type.accepted()));
        }
        return number;
    }

    private static String decoded(String part, String text) {
        byte[] encoded = text.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.put(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException(
                        "the %s has a %% without two hexadecimal digits behind it (expected: %%25 for a %%)"
                                .formatted(part));
            }
            bytes.put((byte) (16 * high + low));
            i += 2;
        }
        try {
            return UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the %s is not in UTF-8".formatted(part));
        }
    }

    @Override
    public String toString() {
        return scheme
                + addresses.stream().map(NodeAddress::toString).collect(Collectors.joining(","))
                + (database == null ? "" : "/" + database)
                + (masterName == null ? "" : "#" + masterName);
    }
}
