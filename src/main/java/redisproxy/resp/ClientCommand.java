package redisproxy.resp;

import java.util.List;
import java.util.Locale;

/** CLIENT and its subcommands. */
final class ClientCommand {
    private final ClientRegistry registry;
    private final Logins logins;
    private final TrackingCommand tracking;

    ClientCommand(ClientRegistry registry, Logins logins, TrackingCommand tracking) {
        this.registry = registry;
        this.logins = logins;
        this.tracking = tracking;
    }

    Command command() {
        CommandSpec spec = ConnectionCommands.spec(
                "client",
                -2,
                List.of("noscript", "loading", "stale"),
                "2.4.0",
                "A container for client connection commands.");
        Container client = new Container(spec)
                .with("GETNAME", 2, "GETNAME", "Return the name of the current connection.", this::getName)
                .since("2.6.9")
                .with("ID", 2, "ID", "Return the ID of the current connection.", this::id)
                .since("5.0.0")
                .with("INFO", 2, "INFO", "Return information about the current client connection.", this::info)
                .since("6.2.0")
                .tips("nondeterministic_output")
                .with(
                        "KILL",
                        -3,
                        "KILL <ip:port> | [ID <id>] [ADDR <ip:port>] [LADDR <ip:port>] [TYPE <type>] [USER <name>]"
                                + " [MAXAGE <seconds>] [SKIPME (YES|NO)]",
                        "Close connections.",
                        new ClientKill(registry, logins))
                .admin()
                .with(
                        "LIST",
                        -2,
                        "LIST [options ...]",
                        "Return information about client connections.",
                        new ClientList(registry))
                .admin()
                .tips("nondeterministic_output")
                .with("NO-EVICT", 3, "NO-EVICT (ON|OFF)", "Accepted: clients are not evicted here.", this::onOrOff)
                .since("7.0.0")
                .admin()
                .with("NO-TOUCH", 3, "NO-TOUCH (ON|OFF)", "Accepted: reads always count for recency.", this::onOrOff)
                .since("7.2.0")
                .with(
                        "REPLY",
                        3,
                        "REPLY (ON|OFF|SKIP)",
                        "Control the replies sent to the current connection.",
                        this::reply)
                .since("3.2.0")
                .with(
                        "SETINFO",
                        4,
                        "SETINFO <option> <value>",
                        "Set client meta attr: LIB-NAME, LIB-VER.",
                        this::setInfo)
                .since("7.2.0")
                .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                .with("SETNAME", 3, "SETNAME <name>", "Assign the name <name> to the connection.", this::setName)
                .since("2.6.9");
        tracking.addTo(client);
        return client.build();
    }

    private void getName(Invocation invocation) {
        String name = invocation.session().name();
        ReplyBuilder reply = invocation.encoder();
        invocation.reply(name.isEmpty() ? reply.nil() : reply.bulk(name));
    }

    private void id(Invocation invocation) {
        invocation.integer(invocation.session().id);
    }

    private void info(Invocation invocation) {
        String line = invocation.session().describe(System.nanoTime()) + "\n";
        invocation.reply(invocation.encoder().verbatim(line));
    }

    private void onOrOff(Invocation invocation) {
        switch (option(invocation)) {
            case "ON", "OFF" -> invocation.ok();
            default -> invocation.reply(CommandErrors.syntax());
        }
    }

    /** The mode holds for the reply to this command, too: it is sent only if replies are on afterwards. */
    private void reply(Invocation invocation) {
        Session session = invocation.session();
        switch (option(invocation)) {
            case "ON" -> session.replies(Session.Replies.ON);
            case "OFF" -> session.replies(Session.Replies.OFF);
            case "SKIP" -> session.skipReply();
            default -> {
                invocation.reply(CommandErrors.syntax());
                return;
            }
        }
        invocation.ok();
    }

    private static String option(Invocation invocation) {
        return invocation.arguments().text(2).toUpperCase(Locale.ROOT);
    }

    private void setInfo(Invocation invocation) {
        String option = option(invocation);
        String value = invocation.arguments().text(3);
        boolean isName = option.equals("LIB-NAME");
        String refusal = ClientWords.refusal(option.toLowerCase(Locale.ROOT), value);
        if (!isName && !option.equals("LIB-VER")) {
            invocation.error("ERR Unrecognized option '%s'".formatted(CommandErrors.quoted(invocation.arguments(), 2)));
        } else if (refusal != null) {
            invocation.error(refusal);
        } else {
            if (isName) {
                invocation.session().libraryName(value);
            } else {
                invocation.session().libraryVersion(value);
            }
            invocation.ok();
        }
    }

    private void setName(Invocation invocation) {
        String name = invocation.arguments().text(2);
        String refusal = ClientWords.refusalOfName(name);
        if (refusal == null) {
            invocation.session().rename(name);
            invocation.ok();
        } else {
            invocation.error(refusal);
        }
    }
}
