package redisproxy.resp;

import java.util.List;
import java.util.Locale;
import redisproxy.measure.AccessStats;
import redisproxy.measure.Accesses;
import redisproxy.measure.HotKey;
import redisproxy.measure.PrefixAccesses;

/** CACHE HOTKEYS and CACHE PREFIXES: what is accessed most. Thread-safe. */
final class AccessReports {
    private static final int DEFAULT_KEYS = 10;
    private static final int PERCENT = 100;

    private final Accesses accesses;

    AccessReports(Accesses accesses) {
        this.accesses = accesses;
    }

    /** Adds both to the container. */
    Container addTo(Container cache) {
        return cache.with(
                        "HOTKEYS",
                        -2,
                        "HOTKEYS [<count>]",
                        "Return the keys accessed most of late, each with its accesses, their share of all in percent, and"
                                + " the error of its accesses.",
                        this::hotKeys)
                .with(
                        "PREFIXES",
                        2,
                        "PREFIXES",
                        "Return the prefixes of keys accessed most of late, each with the accesses, the hits in percent, and"
                                + " the error of the accesses.",
                        this::prefixes);
    }

    private void hotKeys(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() > 3) {
            invocation.reply(CommandErrors.wrongArity("cache|hotkeys"));
            return;
        }
        long most = arguments.count() == 3 ? WholeNumber.parse(arguments.text(2), -1) : DEFAULT_KEYS;
        if (most < 1 || most > Accesses.MAX_KEYS) {
            invocation.error("ERR count: '%s' is not accepted (expected: a whole number from 1 to %d)"
                    .formatted(CommandErrors.quoted(arguments, 2), Accesses.MAX_KEYS));
            return;
        }
        List<HotKey> keys = accesses.stats(
                        (int) most, NamedKeys.of(invocation.session().principal()))
                .keys();
        ReplyBuilder reply = invocation.encoder().array(keys.size());
        for (HotKey key : keys) {
            reply.array(4).bulk(key.key().shown()).integer(key.accesses());
            reply.bulk(percent(key.share())).integer(key.error());
        }
        invocation.reply(reply);
    }

    /** Keys without a prefix come under an empty one; what is in none of the prefixes is the last element. */
    private void prefixes(Invocation invocation) {
        AccessStats stats = accesses.stats(1, NamedKeys.of(invocation.session().principal()));
        List<PrefixAccesses> prefixes = stats.prefixes();
        boolean hasOther = stats.otherAccesses() > 0;
        ReplyBuilder reply = invocation.encoder().array(prefixes.size() + (hasOther ? 1 : 0));
        for (PrefixAccesses prefix : prefixes) {
            reply.array(4).bulk(prefix.prefix().shown()).integer(prefix.accesses());
            reply.bulk(percent(ratio(prefix.hits(), prefix.accesses()))).integer(prefix.error());
        }
        if (hasOther) {
            reply.array(4).bulk("other").integer(stats.otherAccesses());
            reply.bulk(percent(ratio(stats.otherHits(), stats.otherAccesses()))).integer(0);
        }
        invocation.reply(reply);
    }

    private static double ratio(long part, long whole) {
        return Math.min(1, (double) part / whole);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f", PERCENT * share);
    }
}
