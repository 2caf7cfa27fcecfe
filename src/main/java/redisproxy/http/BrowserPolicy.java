package redisproxy.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may have a browser ask the HTTP port, and by which names. The port's own pages may, and so may a person who follows a
 * link. A page of another origin may if its origin is listed (CORS, as the Fetch standard has it); otherwise it is refused before a key
 * is looked up, because it could time the answer, or fill the cache, even if the browser kept the answer from it. Programs that are
 * no browsers send none of these header fields. Immutable.
 *
 * @param origins the origins whose pages may read answers, as browsers write them, or {@link #ANY} alone
 * @param hosts the names by which the port may be asked for, or null for any
 */
public record BrowserPolicy(List<String> origins, @Nullable AllowedHosts hosts) {
    /** In the place of origins: those of all pages. */
    public static final String ANY = "*";

    /** No page of another origin may, and the port may be asked for by any name. */
    public static final BrowserPolicy OWN_PAGES = new BrowserPolicy(List.of(), null);

    static final String ORIGIN = "Origin";
    private static final String SITE = "Sec-Fetch-Site";
    static final String REQUEST_METHOD = "Access-Control-Request-Method";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String EXPOSE = "Access-Control-Expose-Headers";

    /** Beside those that every page may read, such as Cache-Control. Caches between add Age. */
    private static final String EXPOSED = "ETag, Cache-Status, Age, Retry-After, WWW-Authenticate";

    private static final String REQUEST_FIELDS =
            "Authorization, Cache-Control, If-Match, If-None-Match, Pragma, traceparent, tracestate";

    /** That of a form needs no leave, any other does. */
    private static final String REQUEST_FIELDS_TO_WRITE = REQUEST_FIELDS + ", Content-Type";

    /** Chromium remembers no longer. */
    private static final String MAX_AGE = "7200";

    /** Those that every port has. */
    private static final int READING_METHODS = 3;

    /** Scheme, host and, unless it is that of the scheme, the port. */
    private static final Pattern ORIGIN_FORM =
            Pattern.compile("([a-z][a-z0-9+.-]*)://([^\\s/:?#@*,\\[\\]]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private static final Map<String, String> DEFAULT_PORTS = Map.of("http", ":80", "https", ":443");

    /** {@code localhost} and addresses alone. */
    private static final AllowedHosts ANYWHERE = new AllowedHosts(List.of());

    /** Header fields of every answer where all origins are allowed, and where some are listed. Made once, since each answer has them. */
    private static final Map<String, String> TO_ALL = toAll();

    private static final Map<String, String> TO_LISTED = Map.of("Vary", ORIGIN);

    /** What to do with a request. */
    public enum Verdict {
        /** Answer as any other. */
        PLAIN,
        /** Answer, and let the page of the listed origin read it. */
        SHARED,
        /** Refuse, since a page of another origin has the browser send it. */
        OTHER_ORIGIN,
        /** Refuse, since it is for another host. */
        OTHER_HOST
    }

    public BrowserPolicy {
        origins = List.copyOf(origins);
    }

    /**
     * Reads origins as they are configured, and returns them as browsers write them.
     *
     * @throws IllegalArgumentException if one is no origin; the message says which
     */
    public static List<String> origins(List<String> texts) {
        if (texts.equals(List.of(ANY))) {
            return texts;
        }
        if (texts.contains(ANY)) {
            throw new IllegalArgumentException("'*' allows every origin (expected: '*' alone, or a list without it)");
        }
        return texts.stream().map(BrowserPolicy::origin).toList();
    }

    private static String origin(String text) {
        Matcher form = ORIGIN_FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no origin (expected: '*', or scheme://host or scheme://host:port without a path, such as https://www.example.com)"
                            .formatted(text));
        }
        String port = form.group(3);
        boolean isDefault = port == null || port.equals(DEFAULT_PORTS.get(form.group(1)));
        return form.group(1) + "://" + form.group(2) + (isDefault ? "" : port);
    }

    /**
     * Decides about a request.
     *
     * @param host the host that it is for, with or without a port, or null if it does not say
     * @param fields returns the values of the header fields of a name
     */
    public Verdict judge(@Nullable String host, Function<String, List<String>> fields) {
        if (hosts != null && host != null && !hosts.accepts(host)) {
            return Verdict.OTHER_HOST;
        }
        if (allowsAny()) {
            return Verdict.PLAIN;
        }
        String origin = value(fields, ORIGIN);
        if (origin != null && origins.contains(origin)) {
            return Verdict.SHARED;
        }
        boolean isAllowed = isOwn(host, origin, fields) || isFollowedLink(origin, fields);
        return isAllowed ? Verdict.PLAIN : Verdict.OTHER_ORIGIN;
    }

    /**
     * Decides about a request that writes; the parameters are those of {@link #judge}. What every page may read, a page writes only if its
     * origin is listed by name. A page that has a name of its own for this port (DNS rebinding) looks like one of the port: so any other page
     * has to ask by a name that is listed, or that nobody can make point elsewhere. A link that is followed writes nothing.
     */
    public Verdict judgeWrite(@Nullable String host, Function<String, List<String>> fields) {
        if (hosts != null && host != null && !hosts.accepts(host)) {
            return Verdict.OTHER_HOST;
        }
        String origin = value(fields, ORIGIN);
        if (origin != null && !allowsAny() && origins.contains(origin)) {
            return Verdict.SHARED;
        }
        if (!isOwn(host, origin, fields)) {
            return Verdict.OTHER_ORIGIN;
        }
        boolean isBrowser = origin != null || value(fields, SITE) != null;
        boolean isRebound = isBrowser && hosts == null && host != null && !ANYWHERE.accepts(host);
        return isRebound ? Verdict.OTHER_HOST : Verdict.PLAIN;
    }

    private static boolean isOwn(
            @Nullable String host, @Nullable String origin, Function<String, List<String>> fields) {
        String site = value(fields, SITE);
        return site == null ? origin == null || isOf(origin, host) : site.equals("same-origin") || site.equals("none");
    }

    /** The page with the link cannot see what is shown. A frame would be part of it, and may be asked for without a click. */
    private static boolean isFollowedLink(@Nullable String origin, Function<String, List<String>> fields) {
        return origin == null
                && "navigate".equals(value(fields, "Sec-Fetch-Mode"))
                && "document".equals(value(fields, "Sec-Fetch-Dest"));
    }

    /** What ends TLS in front may have changed the scheme, and with it the port that need not be named. */
    private static boolean isOf(String origin, @Nullable String host) {
        int end = origin.indexOf("://");
        if (end < 0 || host == null) {
            return false;
        }
        String ofPage = origin.substring(end + "://".length());
        return ofPage.equalsIgnoreCase(host)
                || DEFAULT_PORTS.values().stream().anyMatch(port -> (ofPage + port).equalsIgnoreCase(host));
    }

    /** Returns the value, or null; several values are none that anything equals. */
    private static @Nullable String value(Function<String, List<String>> fields, String name) {
        List<String> values = fields.apply(name);
        return values.isEmpty() ? null : String.join(", ", values);
    }

    private boolean allowsAny() {
        return origins.contains(ANY);
    }

    private static Map<String, String> toAll() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(ALLOW_ORIGIN, ANY);
        headers.put(EXPOSE, EXPOSED);
        return Collections.unmodifiableMap(headers);
    }

    /** Returns the header fields of every answer, in order: caches between must not give one page the answer for another. */
    public Map<String, String> commonHeaders() {
        if (origins.isEmpty()) {
            return Map.of();
        }
        return allowsAny() ? TO_ALL : TO_LISTED;
    }

    /**
     * Returns the header fields of an answer that is given before a request could be {@linkplain #judge judged}, the common ones included.
     *
     * @param origin what the request says in {@code Origin}, or null
     */
    public Map<String, String> headersUnjudged(@Nullable String origin) {
        Map<String, String> headers = new LinkedHashMap<>(commonHeaders());
        if (origin != null && !allowsAny() && origins.contains(origin)) {
            headers.putAll(sharedHeaders(origin));
        }
        return headers;
    }

    /** Returns the header fields that let pages of a listed origin read an answer, beside the common ones. */
    static Map<String, String> sharedHeaders(String origin) {
        return Map.of(ALLOW_ORIGIN, origin, EXPOSE, EXPOSED);
    }

    /** Returns the header fields that tell a browser what pages may ask, beside those that let them read. */
    static Map<String, String> preflightHeaders(List<String> methods) {
        boolean mayWrite = methods.size() > READING_METHODS;
        return Map.of(
                "Access-Control-Allow-Methods",
                String.join(", ", methods),
                "Access-Control-Allow-Headers",
                mayWrite ? REQUEST_FIELDS_TO_WRITE : REQUEST_FIELDS,
                "Access-Control-Max-Age",
                MAX_AGE);
    }
}
