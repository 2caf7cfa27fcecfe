package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import redisproxy.upstream.PinnedConnection;

/** For how long a request allows Redis to wait before it replies (redis.io, "BLPOP", "XREAD" and "WAIT"). */
final class WaitingTime {
    /** Longer ones are as good as any. */
    private static final double MOST_SECONDS = 1e9;

    private static final int LONGEST_NUMBER = 64;

    private WaitingTime() {}

    /** Returns it in nanoseconds; {@link PinnedConnection#ANY_TIME} if there is no bound, or none that is known. */
    static long nanos(String name, Arguments arguments) {
        int last = arguments.count() - 1;
        return switch (name) {
            case "blpop", "brpop", "bzpopmin", "bzpopmax", "brpoplpush", "blmove" ->
                nanos(arguments, last, TimeUnit.SECONDS);
            case "blmpop", "bzmpop" -> nanos(arguments, Math.min(1, last), TimeUnit.SECONDS);
            case "wait", "waitaof" -> nanos(arguments, last, TimeUnit.MILLISECONDS);
            case "xread", "xreadgroup" -> ofStreams(arguments);
            default -> PinnedConnection.ANY_TIME;
        };
    }

    private static long ofStreams(Arguments arguments) {
        for (int i = 1; i + 1 < arguments.count() && !isWord(arguments, i, "STREAMS"); i++) {
            if (isWord(arguments, i, "BLOCK")) {
                return nanos(arguments, i + 1, TimeUnit.MILLISECONDS);
            }
        }
        return 0;
    }

    private static boolean isWord(Arguments arguments, int at, String word) {
        return arguments.length(at) == word.length() && arguments.text(at).equalsIgnoreCase(word);
    }

    private static long nanos(Arguments arguments, int at, TimeUnit unit) {
        if (arguments.length(at) > LONGEST_NUMBER) {
            return 0;
        }
        double time;
        try {
            time = Double.parseDouble(new String(arguments.bytes(at), StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            // Redis replies by an error, and at once.
            return 0;
        }
        double seconds = time * unit.toNanos(1) / TimeUnit.SECONDS.toNanos(1);
        if (time == 0 || seconds > MOST_SECONDS) {
            return PinnedConnection.ANY_TIME;
        }
        return Math.max(0, (long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }
}
