package redisproxy.resp;

import java.util.Locale;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.RawReply;

/**
 * CLIENT UNBLOCK, of a client of the proxy by the id that it has here (redis.io, "CLIENT UNBLOCK"): Redis is asked to end what that client
 * waits for. Thread-safe; never blocks.
 */
final class Unblock {
    static final String NAME = "client|unblock";

    /** What is held of a request until Redis has replied. */
    private static final int HELD_BYTES = 256;

    private static final byte[] NONE = {':', '0', '\r', '\n'};

    private final ClientRegistry registry;

    Unblock(ClientRegistry registry) {
        this.registry = registry;
    }

    /** Whether a request is one. Redis 6.2 tells of no subcommands. */
    static boolean isAsked(Arguments arguments) {
        return arguments.count() > 2
                && arguments.length(0) == "client".length()
                && arguments.text(0).equalsIgnoreCase("client")
                && arguments.text(1).equalsIgnoreCase("unblock");
    }

    /** Executes a request of three or four arguments, or of more. */
    void execute(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        String how = arguments.count() > 3 ? arguments.text(3).toUpperCase(Locale.ROOT) : "TIMEOUT";
        if (arguments.count() > 4) {
            invocation.reply(CommandErrors.wrongArity(NAME));
        } else if (!how.equals("TIMEOUT") && !how.equals("ERROR")) {
            invocation.error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        } else if (!WholeNumber.hasForm(arguments.text(2))) {
            invocation.error("ERR value is not an integer or out of range");
        } else {
            unblock(invocation, WholeNumber.parse(arguments.text(2), -1), how.equals("ERROR"));
        }
    }

    private void unblock(Invocation invocation, long id, boolean byError) {
        for (Session each : registry.sessions()) {
            if (each.id == id && each.state.isWaiting()) {
                Answer answer = new Answer(invocation.laterOfPassed(HELD_BYTES));
                if (!each.own.unblock(byError, answer)) {
                    answer.none();
                }
                return;
            }
        }
        invocation.integer(0);
    }

    private record Answer(Reply reply) implements PassListener {
        void none() {
            reply.encoded(NONE);
            reply.flush();
        }

        @Override
        public void replied(RawReply raw) {
            reply.parts(ReplyParts.of(raw));
        }

        @Override
        public void failed(String error, boolean isInDoubt) {
            reply.encoded(ReplyBuilder.error(error));
        }

        @Override
        public void flush() {
            reply.flush();
        }

        @Override
        public Object recipient() {
            return reply.recipient();
        }
    }
}
