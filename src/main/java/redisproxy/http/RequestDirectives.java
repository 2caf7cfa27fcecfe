package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadMode;
import redisproxy.cache.ReadThroughCache;

/**
 * What a request asks of a cache: its {@code Cache-Control} (RFC 9111, section 5.2.1; RFC 5861, section 4), or, if it has
 * no such field, {@code Pragma: no-cache} (RFC 9111, section 5.4). What is malformed never makes a request less strict
 * than it would be without it. Immutable.
 *
 * @param noCache whether a stored value may not be used without asking the backing store
 * @param noStore whether what is loaded may not be kept
 * @param onlyIfCached whether only a stored value will do
 * @param maxAgeSeconds the greatest age of a value that will do, {@link Long#MAX_VALUE} if any does
 * @param minFreshSeconds for how long a value must stay fresh yet, 0 if that is no matter
 * @param maxStaleSeconds for how long a value may have been stale, 0 if it may not be, {@link Long#MAX_VALUE} if it may
 *     have been for ever
 * @param staleIfErrorSeconds for how long a value may have been stale if the backing store fails, -1 if the request does
 *     not say
 */
record RequestDirectives(
        boolean noCache,
        boolean noStore,
        boolean onlyIfCached,
        long maxAgeSeconds,
        long minFreshSeconds,
        long maxStaleSeconds,
        long staleIfErrorSeconds) {
    /** A request that asks for nothing of the kind. */
    static final RequestDirectives NONE = new Reader().directives();

    /** What any greater number counts as (RFC 9111, section 1.2.2). */
    static final long MAX_SECONDS = 1L << 31;

    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String PRAGMA = "Pragma";

    /** Returns what a request asks for; no more than looks for both fields if it has neither. */
    static RequestDirectives of(HttpServletRequest request) {
        if (request.getHeader(CACHE_CONTROL) != null) {
            return parse(Collections.list(request.getHeaders(CACHE_CONTROL)));
        }
        if (request.getHeader(PRAGMA) != null) {
            return parsePragma(Collections.list(request.getHeaders(PRAGMA)));
        }
        return NONE;
    }

    /** Reads the lines of {@code Cache-Control} as one list, in time linear in their length; never throws. */
    static RequestDirectives parse(List<String> cacheControlLines) {
        Reader reader = new Reader();
        cacheControlLines.forEach(reader::readLine);
        return reader.directives();
    }

    private static RequestDirectives parsePragma(List<String> lines) {
        Reader reader = new Reader();
        reader.noCache = parse(lines).noCache;
        return reader.directives();
    }

    /** Returns what is cached of a key and will do, or null. */
    @Nullable
    Entry find(ReadThroughCache cache, byte[] key) {
        if (noCache) {
            return null;
        }
        if (!isChoosy() && maxStaleSeconds == 0) {
            return cache.getIfPresent(key, 0, key.length);
        }
        // Who limits the age, and says nothing of stale values, wants none (RFC 9111, section 5.2.1.1).
        boolean wantsFresh = maxAgeSeconds != Long.MAX_VALUE && maxStaleSeconds == 0;
        long minFresh = Math.max(nanos(minFreshSeconds), wantsFresh ? 1 : 0);
        return cache.getIfPresent(key, nanos(maxAgeSeconds), minFresh, nanos(maxStaleSeconds));
    }

    /** Returns what is cached of a key and will do now that a load has failed, or null (RFC 5861, section 4). */
    @Nullable
    Entry findInsteadOfError(ReadThroughCache cache, byte[] key) {
        if (staleIfErrorSeconds < 0) {
            return null;
        }
        return cache.getIfPresent(key, Long.MAX_VALUE, /* minFreshNanos= */ 0, nanos(staleIfErrorSeconds));
    }

    /** Returns whether this expired entry will not do, now that a load has failed, though the proxy would serve it. */
    boolean refusesInsteadOfError(ReadThroughCache cache, Entry entry) {
        return staleIfErrorSeconds < 0
                ? loadMode().isAnew()
                : -cache.freshSeconds(entry, cache.now()) > staleIfErrorSeconds;
    }

    /** Returns how to load what {@link #find} has not found. */
    LoadMode loadMode() {
        if (noCache || isChoosy()) {
            // A load that is shared would bring what has just been refused.
            return noStore ? LoadMode.ANEW_UNSTORED : LoadMode.ANEW;
        }
        return noStore ? LoadMode.UNSTORED : LoadMode.SHARED;
    }

    private boolean isChoosy() {
        return maxAgeSeconds != Long.MAX_VALUE || minFreshSeconds > 0;
    }

    private static long nanos(long seconds) {
        return seconds == Long.MAX_VALUE ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Collects directives; of one that is repeated the stricter counts. */
    private static final class Reader {
        private static final int NOT_GIVEN = -1;

        private boolean noCache;
        private boolean noStore;
        private boolean onlyIfCached;
        private long maxAge = Long.MAX_VALUE;
        private long minFresh;
        private long maxStale = NOT_GIVEN;
        private long staleIfError = NOT_GIVEN;

        RequestDirectives directives() {
            return new RequestDirectives(
                    noCache, noStore, onlyIfCached, maxAge, minFresh, Math.max(maxStale, 0), staleIfError);
        }

        void readLine(String line) {
            int at = 0;
            while (at < line.length()) {
                int name = at;
                while (name < line.length() && " \t".indexOf(line.charAt(name)) >= 0) {
                    name++;
                }
                int nameEnd = name;
                while (nameEnd < line.length() && "=, \t".indexOf(line.charAt(nameEnd)) < 0) {
                    nameEnd++;
                }
                int end = end(line, nameEnd);
                String argument = line.substring(nameEnd, end).stripTrailing();
                read(line.substring(name, nameEnd).toLowerCase(Locale.ROOT), argument);
                at = end + 1;
            }
        }

        /** Returns where the directive ends whose name does: at the next comma that is not quoted. */
        private static int end(String line, int nameEnd) {
            int from = nameEnd;
            if (line.startsWith("=\"", nameEnd)) {
                // A quote that is never closed hides nothing. There is but one in a line: another would close it.
                from = Math.max(from, closingQuote(line, nameEnd + 2));
            }
            int comma = line.indexOf(',', from);
            return comma < 0 ? line.length() : comma;
        }

        private static int closingQuote(String line, int from) {
            for (int i = from; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == '"') {
                    return i;
                }
                if (c == '\\') {
                    i++;
                }
            }
            return -1;
        }

        /** Takes a directive; the argument begins with its equals sign, and is empty if there is none. */
        private void read(String name, String argument) {
            switch (name) {
                case "no-cache" -> noCache = true;
                case "no-store" -> noStore = true;
                case "only-if-cached" -> onlyIfCached = true;
                case "max-age" -> maxAge = Math.min(maxAge, Math.max(seconds(argument), 0));
                case "min-fresh" -> {
                    long seconds = seconds(argument);
                    minFresh = Math.max(minFresh, seconds == NOT_GIVEN ? MAX_SECONDS : seconds);
                }
                case "max-stale" ->
                    maxStale = lesser(maxStale, argument.isEmpty() ? Long.MAX_VALUE : seconds(argument));
                case "stale-if-error" -> staleIfError = lesser(staleIfError, seconds(argument));
                default -> {
                    // Others may be for other caches
                }
            }
        }

        private static long lesser(long a, long b) {
            return a == NOT_GIVEN || b == NOT_GIVEN ? Math.max(a, b) : Math.min(a, b);
        }

        /** Returns the number that an argument is, or NOT_GIVEN if it is malformed. */
        private static long seconds(String argument) {
            boolean quoted = argument.startsWith("=\"") && argument.endsWith("\"");
            int at = quoted ? 2 : 1;
            int end = quoted ? argument.length() - 1 : argument.length();
            if (!argument.startsWith("=") || at >= end) {
                return NOT_GIVEN;
            }
            long seconds = 0;
            while (at < end) {
                char c = argument.charAt(at++);
                if (c == '\\' && quoted) {
                    c = argument.charAt(at++);
                }
                if (c < '0' || c > '9') {
                    return NOT_GIVEN;
                }
                seconds = Math.min(seconds * 10 + (c - '0'), MAX_SECONDS);
            }
            return seconds;
        }
    }
}
