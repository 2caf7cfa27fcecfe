package redisproxy.resp;

import java.util.List;

/** PING, ECHO, SELECT, READONLY, RESET and QUIT: commands that concern one connection. */
final class ConnectionCommands {
    private static final List<String> ALWAYS = List.of("noscript", "loading", "stale", "fast", "no_auth", "allow_busy");
    private static final List<String> IN_TRANSACTIONS = List.of("loading", "stale", "fast");

    private ConnectionCommands() {}

    static List<Command> all(Logins logins, Passing passing) {
        return List.of(
                new Command(
                        spec("ping", -1, List.of("fast"), "1.0.0", "Answers PONG, or the message.")
                                .withTips("request_policy:all_shards", "response_policy:all_succeeded"),
                        invocation -> ping(invocation, passing)),
                new Command(
                        spec("echo", 2, IN_TRANSACTIONS, "1.0.0", "Answers the message."), ConnectionCommands::echo),
                new Command(
                        spec(
                                "select",
                                2,
                                IN_TRANSACTIONS,
                                "1.0.0",
                                "Selects the database; only the one that is served."),
                        ConnectionCommands::select),
                new Command(
                        new CommandSpec(
                                        "readonly",
                                        1,
                                        IN_TRANSACTIONS,
                                        KeyPositions.NONE,
                                        "3.0.0",
                                        "cluster",
                                        "Accepted: this proxy only reads.")
                                .withCategories("connection"),
                        Invocation::ok),
                new Command(
                        spec("reset", 1, ALWAYS, "6.2.0", "Resets the connection."),
                        invocation -> reset(invocation, logins)),
                new Command(spec("quit", -1, ALWAYS, "1.0.0", "Closes the connection."), ConnectionCommands::quit));
    }

    /** Makes the specification of a command without keys. */
    static CommandSpec spec(String name, int arity, List<String> flags, String since, String summary) {
        return new CommandSpec(name, arity, flags, KeyPositions.NONE, since, "connection", summary);
    }

    private static void ping(Invocation invocation, Passing passing) {
        if (!passing.scripts().areLong() || !asksWhetherBusy(invocation, passing.inPlaceOfProxy())) {
            ping(invocation);
        }
    }

    /** Has Redis say whether it is busy with a script, as it does to who sends it a PING; returns false if it is not to be asked. */
    private static boolean asksWhetherBusy(Invocation invocation, InPlaceOfProxy redis) {
        Session session = invocation.session();
        Arguments arguments = invocation.arguments();
        if (!session.isHeard() || session.told.isSubscribed() || arguments.count() > 2) {
            return false;
        }
        ReplyBuilder encoder = invocation.encoder();
        byte[] pong = (arguments.count() == 1 ? encoder.simple("PONG") : encoder.bulk(arguments.bytes(1))).toBytes();
        return redis.ask(invocation, (raw, reply) -> {
            if (raw != null && raw.type() == '-' && "BUSY".equals(raw.errorCode())) {
                reply.parts(ReplyParts.of(raw));
            } else {
                reply.encoded(pong);
            }
            reply.flush();
        });
    }

    private static void ping(Invocation invocation) {
        switch (invocation.arguments().count()) {
            case 1 -> pong(invocation);
            case 2 -> {
                Session session = invocation.session();
                if (session.told.isSubscribed() && !session.isResp3()) {
                    byte[] message = invocation.arguments().bytes(1);
                    invocation.reply(invocation.encoder().array(2).bulk("pong").bulk(message));
                } else {
                    echo(invocation);
                }
            }
            default -> invocation.reply(CommandErrors.wrongArity("ping"));
        }
    }

    private static void pong(Invocation invocation) {
        Session session = invocation.session();
        if (session.told.isSubscribed() && !session.isResp3()) {
            invocation.reply(invocation.encoder().array(2).bulk("pong").bulk(""));
        } else {
            invocation.reply(invocation.encoder().simple("PONG"));
        }
    }

    private static void echo(Invocation invocation) {
        invocation.reply(invocation.encoder().bulk(invocation.arguments().bytes(1)));
    }

    /** Answers SELECT where only one database can be selected. */
    static void select(Invocation invocation) {
        String index = invocation.arguments().text(1);
        if (!WholeNumber.hasForm(index)) {
            invocation.error("ERR value is not an integer or out of range");
            return;
        }
        try {
            int database = invocation.session().database;
            if (Integer.parseInt(index) == database) {
                invocation.ok();
            } else {
                invocation.error("ERR DB index is out of range: this proxy serves database " + database + " only");
            }
        } catch (NumberFormatException e) {
            invocation.error("ERR value is out of range, value must between -2147483648 and 2147483647");
        }
    }

    private static void reset(Invocation invocation, Logins logins) {
        Session session = invocation.session();
        if (session.own.isActive() && (session.state.isAwaiting() || session.state.isListening())) {
            invocation.continueWith(new Reset(invocation, logins));
        } else {
            resetNow(invocation, logins);
        }
    }

    /** One that waits: what the client has sent before is still answered, and then Redis has to forget it. */
    private static final class Reset implements Continuation {
        private final Invocation invocation;
        private final Logins logins;
        private boolean hasBegun;

        Reset(Invocation invocation, Logins logins) {
            this.invocation = invocation;
            this.logins = logins;
        }

        @Override
        public Progress goOn(Arguments arguments) {
            Session session = invocation.session();
            if (session.state.isAwaiting()) {
                return Progress.WAITING;
            }
            if (!hasBegun) {
                hasBegun = true;
                if (session.ownRequests.beginReset()) {
                    return Progress.WAITING;
                }
            }
            resetNow(invocation, logins);
            return Progress.DONE;
        }

        @Override
        public boolean abandon() {
            return true;
        }

        @Override
        public boolean isLong() {
            return invocation.session().state.isWaiting();
        }
    }

    private static void resetNow(Invocation invocation, Logins logins) {
        invocation.session().own.reset();
        logins.begin(invocation.session());
        invocation.session().reset();
        invocation.reply(invocation.encoder().simple("RESET"));
    }

    private static void quit(Invocation invocation) {
        invocation.session().closeAfterReply();
        invocation.ok();
    }
}
