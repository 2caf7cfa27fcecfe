package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * SUBSCRIBE and UNSUBSCRIBE of the one channel that the proxy itself has: what another client is told of writes, for clients that speak
 * RESP2 (redis.io, "CLIENT TRACKING", option REDIRECT). Thread-safe.
 */
final class InvalidationChannel {
    private static final String SUBSCRIBE = "subscribe";
    private static final String UNSUBSCRIBE = "unsubscribe";
    private static final List<String> FLAGS = List.of("pubsub", "noscript", "loading", "stale");

    private static final byte[] ALONE = ReplyBuilder.error("ERR " + Push.CHANNEL
            + " is a channel of the proxy and the others are of Redis: subscribe to it by a connection of its own");

    private InvalidationChannel() {}

    static List<Command> commands() {
        return List.of(
                new Command(
                        spec(SUBSCRIBE, -2, "Listens for what another client is told of writes."),
                        InvalidationChannel::subscribe),
                new Command(spec(UNSUBSCRIBE, -1, "Stops listening."), InvalidationChannel::unsubscribe));
    }

    private static CommandSpec spec(String name, int arity, String summary) {
        return new CommandSpec(name, arity, FLAGS, KeyPositions.NONE, "2.0.0", "pubsub", summary)
                .withCategories("pubsub");
    }

    /** Whether a request is about channels of Redis, and not of the proxy. */
    static boolean isOfRedis(CommandSpec spec, Invocation invocation) {
        return mayBeOfRedis(spec, invocation.session())
                && (!spec.name().equals(SUBSCRIBE)
                        || (hasOthers(invocation.arguments()) && !hasOwn(invocation.arguments())));
    }

    /** Whether a request of this command, whatever channels it names, may be about those of Redis. */
    static boolean mayBeOfRedis(CommandSpec spec, Session session) {
        return !session.told.isSubscribed()
                && (spec.name().equals(SUBSCRIBE) || spec.name().equals(UNSUBSCRIBE));
    }

    private static boolean hasOwn(Arguments arguments) {
        return channels(arguments).anyMatch(Push.CHANNEL::equals);
    }

    private static boolean hasOthers(Arguments arguments) {
        return !channels(arguments).allMatch(Push.CHANNEL::equals);
    }

    private static Stream<String> channels(Arguments arguments) {
        return IntStream.range(1, arguments.count()).mapToObj(arguments::text);
    }

    private static void subscribe(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        Session session = invocation.session();
        if (!hasOwn(arguments) && !session.told.isSubscribed()) {
            invocation.refuse(CommandErrors.notServed(arguments, NotServed.CHANNELS));
            return;
        } else if (hasOthers(arguments) || session.state.isSubscribed()) {
            invocation.refuse(ALONE);
            return;
        } else if (!session.principal().mayUseChannel(Push.CHANNEL.getBytes(StandardCharsets.US_ASCII))) {
            invocation.refuse(Permissions.NO_CHANNEL);
            return;
        }
        session.told.subscribed(true);
        ReplyBuilder reply = invocation.encoder();
        for (int i = 1; i < arguments.count(); i++) {
            reply.push(3).bulk(SUBSCRIBE).bulk(Push.CHANNEL).integer(1);
        }
        invocation.reply(reply);
    }

    private static void unsubscribe(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        Session session = invocation.session();
        ReplyBuilder reply = invocation.encoder();
        if (arguments.count() == 1) {
            reply.push(3).bulk(UNSUBSCRIBE);
            (session.told.isSubscribed() ? reply.bulk(Push.CHANNEL) : reply.nil()).integer(0);
            session.told.subscribed(false);
        }
        for (int i = 1; i < arguments.count(); i++) {
            if (arguments.text(i).equals(Push.CHANNEL)) {
                session.told.subscribed(false);
            }
            reply.push(3).bulk(UNSUBSCRIBE).bulk(arguments.bytes(i)).integer(session.told.isSubscribed() ? 1 : 0);
        }
        invocation.reply(reply);
    }

    /** Returns the error for a command, by its name in lower case, that the client may not send while it is subscribed, or null. */
    static byte @Nullable [] refusal(Session session, String name) {
        if (!session.told.isSubscribed()) {
            return null;
        }
        if (OwnCommands.opensChannels(name) && !name.equals(SUBSCRIBE)) {
            return ALONE;
        }
        return session.isResp3() || OwnCommands.areForSubscribers(name) ? null : OwnCommands.notWhileSubscribed(name);
    }
}
