package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import redisproxy.near.NearCache;
import redisproxy.near.NearCaches;
import redisproxy.near.NearOptions;

/**
 * The subcommands of CLIENT by which clients have themselves told of writes, for caches of their own (redis.io, "CLIENT TRACKING",
 * "CLIENT CACHING", "CLIENT TRACKINGINFO", "CLIENT GETREDIR"). Thread-safe.
 */
final class TrackingCommand {
    private static final String NOT_TOLD = "ERR CLIENT TRACKING is not possible: this proxy is not told of writes."
            + " Start it with --coherence tracking, in front of a Redis that has CLIENT TRACKING";
    private static final String NO_BROADCAST = "ERR PREFIX option requires BCAST mode to be enabled";
    private static final String OTHER_BROADCAST = "ERR You can't switch BCAST mode on/off before disabling tracking for"
            + " this client, and then re-enabling it with a different mode.";
    private static final String BROADCAST_OF_SOME = "ERR OPTIN and OPTOUT are not compatible with BCAST";
    private static final String IN_AND_OUT = "ERR You can't specify both OPTIN mode and OPTOUT mode";
    private static final String OTHER_OPT = "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this"
            + " client, and then re-enabling it with a different mode.";
    private static final String NO_CACHING = "ERR CLIENT CACHING can be called only when the client is in tracking mode"
            + " with OPTIN or OPTOUT mode enabled";
    private static final String ONLY_OPT_IN =
            "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.";
    private static final String ONLY_OPT_OUT =
            "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.";
    private static final String TWO_TARGETS = "ERR A client can only redirect to a single other client";
    private static final String NO_TARGET = "ERR The client ID you want redirect to does not exist";
    private static final String NO_INTEGER = "ERR value is not an integer or out of range";

    private final ClientRegistry registry;
    private final NearCaches caches;
    private final BooleanSupplier isTold;

    /** Makes the subcommands; {@code isTold} says whether writes may be told now or later. */
    TrackingCommand(ClientRegistry registry, NearCaches caches, BooleanSupplier isTold) {
        this.registry = registry;
        this.caches = caches;
        this.isTold = isTold;
    }

    /** Adds them to CLIENT. */
    void addTo(Container client) {
        client.with(
                        "CACHING",
                        3,
                        "CACHING (YES|NO)",
                        "Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
                        this::caching)
                .since("6.0.0")
                .with(
                        "GETREDIR",
                        2,
                        "GETREDIR",
                        "Return the client ID we are redirecting to when tracking is enabled.",
                        invocation ->
                                invocation.integer(invocation.session().told.redirection()))
                .since("6.0.0")
                .with(
                        "TRACKING",
                        -3,
                        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]"
                                + " [OPTIN] [OPTOUT] [NOLOOP]",
                        "Control server assisted client side caching.",
                        this::tracking)
                .since("6.0.0")
                .with(
                        "TRACKINGINFO",
                        2,
                        "TRACKINGINFO",
                        "Report tracking status for the current connection.",
                        this::info)
                .since("6.2.0");
    }

    /* --------------- CLIENT TRACKING --------------- */

    /** What a request asks for, or why it is refused. */
    private static final class Wanted {
        boolean isBroadcast;
        boolean isOptIn;
        boolean isOptOut;
        boolean isNoLoop;
        final List<byte[]> prefixes = new ArrayList<>();

        @Nullable
        Session target;

        boolean hasTarget;
        byte @Nullable [] refusal;

        NearOptions options() {
            return new NearOptions(isBroadcast, isOptIn, isOptOut, isNoLoop);
        }
    }

    private void tracking(Invocation invocation) {
        Wanted wanted = parse(invocation.arguments());
        if (wanted.refusal != null) {
            invocation.reply(wanted.refusal);
            return;
        }
        Session session = invocation.session();
        switch (invocation.arguments().text(2).toUpperCase(Locale.ROOT)) {
            case "ON" -> turnOn(invocation, wanted);
            case "OFF" -> {
                NearClient near = session.near();
                if (near != null) {
                    near.turnOff();
                }
                invocation.ok();
            }
            default -> invocation.reply(CommandErrors.syntax());
        }
    }

    private void turnOn(Invocation invocation, Wanted wanted) {
        NearClient near = invocation.session().told.near(caches);
        NearCache cache = near.cache();
        String refusal = refusal(wanted, cache.options());
        if (refusal == null && wanted.isBroadcast) {
            String overlap = cache.refusal(wanted.prefixes);
            refusal = overlap == null ? null : "ERR " + overlap;
        }
        if (refusal == null && !isTold.getAsBoolean()) {
            refusal = NOT_TOLD;
        }
        if (refusal != null) {
            invocation.error(refusal);
            return;
        }
        near.redirect(wanted.target);
        cache.turnOn(wanted.options(), wanted.prefixes);
        invocation.ok();
    }

    /** Returns why options do not go together, or not with those that the client has, or null. */
    private static @Nullable String refusal(Wanted wanted, @Nullable NearOptions present) {
        if (!wanted.isBroadcast && !wanted.prefixes.isEmpty()) {
            return NO_BROADCAST;
        }
        if (present != null && present.isBroadcast() != wanted.isBroadcast) {
            return OTHER_BROADCAST;
        }
        if (wanted.isBroadcast && (wanted.isOptIn || wanted.isOptOut)) {
            return BROADCAST_OF_SOME;
        }
        if (wanted.isOptIn && wanted.isOptOut) {
            return IN_AND_OUT;
        }
        boolean isOtherOpt =
                present != null && ((wanted.isOptIn && present.isOptOut()) || (wanted.isOptOut && present.isOptIn()));
        return isOtherOpt ? OTHER_OPT : null;
    }

    private Wanted parse(Arguments arguments) {
        Wanted wanted = new Wanted();
        for (int i = 3; i < arguments.count() && wanted.refusal == null; i++) {
            boolean hasMore = i + 1 < arguments.count();
            String option = arguments.text(i).toUpperCase(Locale.ROOT);
            if (option.equals("REDIRECT") && hasMore) {
                redirect(wanted, arguments.text(++i));
            } else if (option.equals("PREFIX") && hasMore) {
                wanted.prefixes.add(arguments.bytes(++i));
            } else {
                switch (option) {
                    case "BCAST" -> wanted.isBroadcast = true;
                    case "OPTIN" -> wanted.isOptIn = true;
                    case "OPTOUT" -> wanted.isOptOut = true;
                    case "NOLOOP" -> wanted.isNoLoop = true;
                    default -> wanted.refusal = CommandErrors.syntax();
                }
            }
        }
        return wanted;
    }

    private void redirect(Wanted wanted, String id) {
        if (wanted.hasTarget) {
            wanted.refusal = ReplyBuilder.error(TWO_TARGETS);
        } else if (!WholeNumber.hasForm(id)) {
            wanted.refusal = ReplyBuilder.error(NO_INTEGER);
        } else {
            long number = WholeNumber.parse(id, -1);
            wanted.hasTarget = true;
            wanted.target = registry.find(number);
            wanted.refusal = wanted.target == null ? ReplyBuilder.error(NO_TARGET) : null;
        }
    }

    /* --------------- The others --------------- */

    private void caching(Invocation invocation) {
        NearClient near = invocation.session().near();
        NearOptions options = near == null ? null : near.cache().options();
        if (near == null || options == null) {
            invocation.error(NO_CACHING);
            return;
        }
        String refusal;
        switch (invocation.arguments().text(2).toUpperCase(Locale.ROOT)) {
            case "YES" -> refusal = options.isOptIn() ? null : ONLY_OPT_IN;
            case "NO" -> refusal = options.isOptOut() ? null : ONLY_OPT_OUT;
            default -> {
                invocation.reply(CommandErrors.syntax());
                return;
            }
        }
        if (refusal == null) {
            near.cache().giveCaching();
            invocation.ok();
        } else {
            invocation.error(refusal);
        }
    }

    private void info(Invocation invocation) {
        Session session = invocation.session();
        NearClient near = session.near();
        List<String> flags = near == null ? List.of("off") : flags(near);
        List<byte[]> prefixes = near == null ? List.of() : near.cache().prefixes();
        ReplyBuilder reply = invocation.encoder().map(3).bulk("flags").set(flags.size());
        flags.forEach(reply::bulk);
        reply.bulk("redirect")
                .integer(session.told.redirection())
                .bulk("prefixes")
                .array(prefixes.size());
        prefixes.forEach(reply::bulk);
        invocation.reply(reply);
    }

    private static List<String> flags(NearClient near) {
        NearOptions options = near.cache().options();
        if (options == null) {
            return List.of("off");
        }
        List<String> flags = new ArrayList<>(List.of("on"));
        boolean isGiven = near.cache().isCachingGiven();
        add(flags, options.isBroadcast(), "bcast");
        add(flags, options.isOptIn(), "optin");
        add(flags, options.isOptIn() && isGiven, "caching-yes");
        add(flags, options.isOptOut(), "optout");
        add(flags, options.isOptOut() && isGiven, "caching-no");
        add(flags, options.isNoLoop(), "noloop");
        add(flags, near.isTargetLost(), "broken_redirect");
        return flags;
    }

    private static void add(List<String> flags, boolean has, String flag) {
        if (has) {
            flags.add(flag);
        }
    }
}
