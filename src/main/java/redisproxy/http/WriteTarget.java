package redisproxy.http;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request is to write to: {@code /{key}?ttl=60}, {@code /query?key={key}&ttl=60}, or the same as a form. Other parameters are
 * refused: one that is misspelt must not make a key live for ever. Immutable.
 */
final class WriteTarget {
    /** In the place of a time. */
    static final long FOR_EVER = 0;

    private static final String KEY = "key";
    private static final String TTL = "ttl";

    /** About three hundred years; Redis adds it to the time of today in milliseconds. */
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}(\\.[0-9]{1,3})?");

    private static final int MILLIS_DIGITS = 3;
    private static final int MAX_SHOWN = 40;

    private final byte[] key;
    private final long ttlMillis;

    /** Makes a target; takes the key over, to which nobody writes any more. */
    WriteTarget(byte[] key, long ttlMillis) {
        this.key = key;
        this.ttlMillis = ttlMillis;
    }

    /** Returns the key. Never write to the array. */
    byte[] key() {
        return key;
    }

    /** Returns for how long Redis is to keep the key, or {@link #FOR_EVER}. */
    long ttlMillis() {
        return ttlMillis;
    }

    /**
     * Reads the target of a request, or returns null if that is {@code /}, the welcome page.
     *
     * @param path the raw path
     * @param query the raw query, or null if there is none
     * @param mayExpire whether the parameter {@code ttl} means something
     * @throws BadTargetException if it names no key, or a parameter is not accepted
     */
    static @Nullable WriteTarget of(String path, @Nullable String query, boolean mayExpire) throws BadTargetException {
        byte[] key = RequestTarget.key(path, query);
        if (key == null) {
            return null;
        }
        String ttl = null;
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            String name = name(pair);
            if (name.equals(TTL) && mayExpire) {
                if (ttl != null) {
                    throw givenTwice(TTL);
                }
                ttl = text(pair);
            } else if (!pair.isEmpty() && !(name.equals(KEY) && WriteRules.isForm(path))) {
                throw new BadTargetException("the parameter '%s' is not known (expected: %s)"
                        .formatted(shortened(name), mayExpire ? TTL : "none"));
            }
        }
        return new WriteTarget(key, ttl == null ? FOR_EVER : millis(ttl));
    }

    /** Returns the name of a parameter. */
    static String name(String pair) throws BadTargetException {
        int equals = pair.indexOf('=');
        return decode(equals < 0 ? pair : pair.substring(0, equals));
    }

    /** Returns the value of a parameter as text. */
    static String text(String pair) throws BadTargetException {
        int equals = pair.indexOf('=');
        return equals < 0 ? "" : decode(pair.substring(equals + 1));
    }

    private static String decode(String encoded) throws BadTargetException {
        return new String(PercentDecoder.decode(encoded, /* plusIsSpace= */ true), StandardCharsets.UTF_8);
    }

    static BadTargetException givenTwice(String parameter) {
        return new BadTargetException("the parameter '%s' is given more than once".formatted(parameter));
    }

    /** Reads seconds, with up to three decimals. */
    static long millis(String ttl) throws BadTargetException {
        long millis = SECONDS.matcher(ttl).matches()
                ? new BigDecimal(ttl).movePointRight(MILLIS_DIGITS).longValueExact()
                : 0;
        if (millis == 0) {
            throw new BadTargetException(
                    "ttl: '%s' (expected: seconds, more than 0, such as 60 or 0.5)".formatted(shortened(ttl)));
        }
        return millis;
    }

    static String shortened(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
