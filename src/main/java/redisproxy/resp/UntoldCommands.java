package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.PendingWrite;
import redisproxy.cache.ReadThroughCache;
import redisproxy.upstream.CommandArguments;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/**
 * The commands, and subcommands, that Redis has not told of, though it has told its commands. Hardly any of them exists: they are misspelt. Or
 * a module was loaded since, and Redis has it after all. Thread-safe; no method blocks.
 */
final class UntoldCommands {
    /*
     * A command that may write any key has the whole cache dropped before it is sent. If that held for these, too, every misspelt name would
     * empty the cache. So they are sent without that, and the reply decides:
     * - Redis says that there is no such command. It has done nothing, so nothing is dropped.
     * - Redis says anything else, or nothing. It may have written any key: everything is dropped before the client gets the reply, and
     *   nothing that was being loaded is stored. So a client that has had the reply reads nothing older. The name is kept, so that its next
     *   request is a write to any key from its beginning, and Redis is asked for its commands again, whose keys are known then.
     * To keep results of loads out of the cache meanwhile, as the fence of a write does, would not help: what is cached already would still
     * be served. So the first request for each command that Redis has got since it told them has a gap: between its execution and its reply
     * here, others may read the older value from the cache, after they have seen the newer one by a command that is passed on.
     */

    /** Names that exist are kept until Redis has told of them. More are an attack, or a server that tells of nothing. */
    private static final int MOST_NAMES = 256;

    private static final String NO_COMMAND = "-err unknown command";
    private static final String NO_SUBCOMMAND = "-err unknown subcommand";

    private final ReadThroughCache cache;
    private final Background background;

    /** Those that exist. */
    private final Set<String> existing = ConcurrentHashMap.newKeySet();

    UntoldCommands(ReadThroughCache cache, Background background) {
        this.cache = cache;
        this.background = background;
    }

    /** Returns what is known of the command that a request names, and that the server has not told of. */
    PassedSpec of(CommandArguments arguments, Relay relay) {
        String command = word(arguments, 0);
        boolean isSubcommand = arguments.count() > 1 && relay.commands().find(new FirstOf(arguments)) != null;
        String name = isSubcommand ? command + "|" + word(arguments, 1) : command;
        if (existing.contains(name)) {
            // The last time may have been too soon after another one.
            relay.readCommandsAnew();
            return PassedSpec.untold(command, /* settlement= */ null);
        }
        return PassedSpec.untold(command, new Settlement(relay, name));
    }

    /** Returns what settles a transaction with such commands, which Redis has not executed if it replies by an error. */
    Settlement ofTransaction(Relay relay) {
        return new Settlement(relay, /* name= */ null);
    }

    private static String word(CommandArguments arguments, int index) {
        return new String(arguments.bytes(index), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    private record FirstOf(CommandArguments all) implements CommandArguments {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public byte[] bytes(int index) {
            return all.bytes(index);
        }
    }

    /** Settles what one request has done, when its reply has come or when none will come. */
    final class Settlement {
        private final Relay relay;

        /** Null for that of a transaction. */
        private final @Nullable String name;

        private Settlement(Relay relay, @Nullable String name) {
            this.relay = relay;
            this.name = name;
        }

        /**
         * Redis has replied: {@code give} is run when the client may get it, at once, or on another thread when the whole cache has been dropped.
         *
         * @param give takes whether it is run later
         */
        void replied(RawReply reply, Give give) {
            Predicate<RawReply> changesNothing =
                    name == null ? raw -> raw.type() == '-' : UntoldCommands::saysThatThereIsNone;
            if (changesNothing.test(reply)) {
                give.run(/* isLater= */ false);
                return;
            }
            if (name != null && existing.size() < MOST_NAMES) {
                existing.add(name);
            }
            relay.readCommandsAnew();
            drop(give, PendingWrite::end);
        }

        /** No reply will come, though Redis may execute it. */
        void isInDoubt(Give give) {
            drop(give, PendingWrite::endInDoubt);
        }

        private void drop(Give give, Consumer<PendingWrite> end) {
            Runnable drop = () -> {
                try {
                    end.accept(cache.beginWriteOfAll());
                } finally {
                    give.run(/* isLater= */ true);
                }
            };
            BackgroundQueue.Task task = new BackgroundQueue.Task() {
                @Override
                public void run(Rests rests) {
                    drop.run();
                }

                @Override
                public void refuse() {
                    drop.run();
                }
            };
            if (background.offer(Background.WHOLE_CACHE, task) != null) {
                // Rare, and the reply has to wait in any case.
                drop.run();
            }
        }
    }

    /** Gives a client its reply. */
    @FunctionalInterface
    interface Give {
        /** Does so; {@code isLater} says whether the reply has to be flushed, too. */
        void run(boolean isLater);
    }

    private static boolean saysThatThereIsNone(RawReply reply) {
        return begins(reply, NO_COMMAND) || begins(reply, NO_SUBCOMMAND);
    }

    private static boolean begins(RawReply reply, String lowerCase) {
        byte[] first = reply.chunks().get(0);
        return first.length >= lowerCase.length()
                && new String(first, 0, lowerCase.length(), StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT)
                        .equals(lowerCase);
    }
}
