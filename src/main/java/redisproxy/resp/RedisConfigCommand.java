package redisproxy.resp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.NamedCommand;
import redisproxy.upstream.RawReply;

/**
 * CONFIG GET and CONFIG SET of the parameters of Redis that the proxy has not, and CONFIG RESETSTAT of its figures, where {@code COMMANDS} names
 * these commands. Thread-safe; never blocks.
 */
final class RedisConfigCommand {
    /*
     * The proxy's settings keep their own names, of which Redis has hardly any. All other names then mean the parameters of Redis, also
     * those by which tools otherwise get an answer of the proxy, such as maxmemory and save: who names CONFIG is about to administer Redis.
     * But bind and port, which say where the client has connected.
     */
    private static final NamedCommand GET = new Administering("config|get");
    private static final NamedCommand SET = new Administering("config|set");
    private static final NamedCommand RESETSTAT = new Administering("config|resetstat");

    private record Administering(String name) implements NamedCommand {
        @Override
        public boolean isIn(String category) {
            return category.equals("admin") || category.equals("dangerous") || category.equals("slow");
        }
    }

    /** Finds parameters of the proxy. */
    @FunctionalInterface
    interface Found {
        Map<String, String> of(Set<String> words, Runnable step);
    }

    private final InPlaceOfProxy redis;
    private final Supplier<Set<String>> ownNames;

    /** Makes it; {@code ownNames} returns the names of the parameters that are the proxy's all the same, in lower case. */
    RedisConfigCommand(InPlaceOfProxy redis, Supplier<Set<String>> ownNames) {
        this.redis = redis;
        this.ownNames = ownNames;
    }

    /** Passes on what sets parameters of Redis; returns false if the proxy is to set its own. */
    boolean set(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() % 2 != 0 || !redis.isNamed(SET)) {
            return false;
        }
        Set<String> own = ownNames.get();
        List<String> ofProxy = new ArrayList<>();
        List<String> ofRedis = new ArrayList<>();
        for (int i = 2; i < arguments.count(); i += 2) {
            String name = CommandErrors.quoted(arguments, i);
            (own.contains(name.toLowerCase(Locale.ROOT)) ? ofProxy : ofRedis).add(name);
        }
        if (ofRedis.isEmpty()) {
            return false;
        }
        if (!ofProxy.isEmpty()) {
            invocation.refuse(ReplyBuilder.error(
                    "ERR CONFIG SET failed (possibly related to argument '%s') - this is a parameter of the proxy, and '%s' is one of Redis: set them by requests of their own"
                            .formatted(ofProxy.get(0), ofRedis.get(0))));
            return true;
        }
        return redis.take(invocation, /* change= */ null);
    }

    /**
     * Passes on what asks for parameters, and adds those of the proxy; returns false if it asks for the proxy's alone.
     *
     * @param words the names and patterns of the request
     * @param found returns those of the proxy that these name, and calls what it is given between parts of that
     */
    boolean get(Invocation invocation, Supplier<Set<String>> words, Found found) {
        if (!redis.isNamed(GET, SET)) {
            return false;
        }
        Set<String> wanted = words.get();
        boolean isResp3 = invocation.session().isResp3();
        return redis.take(invocation, (reply, step) -> merged(reply, found.of(wanted, step), isResp3, step));
    }

    /** Has Redis count anew too, besides the proxy, which {@code ofProxy} does; returns false if the proxy alone is to. */
    boolean resetStats(Invocation invocation, Runnable ofProxy) {
        if (!redis.isNamed(RESETSTAT)
                || invocation.session().state.isInTransaction()
                || !redis.take(invocation, /* change= */ null)) {
            return false;
        }
        ofProxy.run();
        return true;
    }

    private static RawReply merged(RawReply ofRedis, Map<String, String> own, boolean isResp3, Runnable step) {
        Map<String, String> all = parameters(ofRedis);
        if (all == null) {
            return ofRedis;
        }
        own.forEach((name, value) -> {
            all.keySet().removeIf(name::equalsIgnoreCase);
            all.put(name, value);
            step.run();
        });
        ReplyBuilder reply = new ReplyBuilder(isResp3).map(all.size());
        all.forEach((name, value) -> reply.bulk(name).bulk(value));
        return new RawReply(List.of(reply.toBytes()));
    }

    /** Returns names and values; null if the reply is something else. */
    private static @Nullable Map<String, String> parameters(RawReply reply) {
        String text = reply.text();
        int at = text.indexOf("\r\n") + 2;
        Map<String, String> found = new LinkedHashMap<>();
        String name = null;
        while (at < text.length()) {
            int end = text.indexOf("\r\n", at);
            if (end < 0 || text.charAt(at) != '$') {
                return null;
            }
            long length = WholeNumber.parse(text.substring(at + 1, end), -1);
            int from = end + 2;
            if (length < 0 || length > text.length() - from) {
                return null;
            }
            String string = text.substring(from, from + (int) length);
            if (name == null) {
                name = string;
            } else {
                found.put(name, string);
                name = null;
            }
            at = from + (int) length + 2;
        }
        boolean isMap = reply.type() == '*' || reply.type() == '%';
        return isMap && name == null ? found : null;
    }
}
