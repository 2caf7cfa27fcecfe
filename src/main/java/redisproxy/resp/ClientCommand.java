package redisproxy.resp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** CLIENT and its subcommands. */
final class ClientCommands {
    private static final Set<String> OTHER_TYPES = Set.of("MASTER", "REPLICA", "SLAVE", "PUBSUB");

    private final ClientRegistry registry;

    ClientCommands(ClientRegistry registry) {
        this.registry = registry;
    }

    Command client() {
        Subcommands subcommands = new Subcommands("client")
                .with("GETNAME", 2, "GETNAME", "Return the name of the current connection.", this::getName)
                .with("ID", 2, "ID", "Return the ID of the current connection.", this::id)
                .with("INFO", 2, "INFO", "Return information about the current client connection.", this::info)
                .with(
                        "KILL",
                        -3,
                        "KILL <ip:port> | [ID <id>] [ADDR <ip:port>] [LADDR <ip:port>] [TYPE <type>] [USER <name>]"
                                + " [MAXAGE <seconds>] [SKIPME (YES|NO)]",
                        "Close connections.",
                        new KillCommand(registry))
                .with("LIST", -2, "LIST [options ...]", "Return information about client connections.", this::list)
                .with("NO-EVICT", 3, "NO-EVICT (ON|OFF)", "Accepted: clients are not evicted here.", this::onOrOff)
                .with("NO-TOUCH", 3, "NO-TOUCH (ON|OFF)", "Accepted: reads always count for recency.", this::onOrOff)
                .with(
                        "REPLY",
                        3,
                        "REPLY (ON|OFF|SKIP)",
                        "Control the replies sent to the current connection.",
                        this::reply)
                .with(
                        "SETINFO",
                        4,
                        "SETINFO <option> <value>",
                        "Set client meta attr: LIB-NAME, LIB-VER.",
                        this::setInfo)
                .with("SETNAME", 3, "SETNAME <name>", "Assign the name <name> to the connection.", this::setName);
        return new Command(
                "client",
                -2,
                List.of("noscript", "loading", "stale"),
                0,
                "2.4.0",
                "connection",
                "A container for client connection commands.",
                subcommands);
    }

    private byte[] getName(Session session, Arguments arguments) {
        ReplyBuilder reply = new ReplyBuilder(session.isResp3());
        return (session.name().isEmpty() ? reply.nil() : reply.bulk(session.name())).toBytes();
    }

    private byte[] id(Session session, Arguments arguments) {
        return new ReplyBuilder(false).integer(session.id).toBytes();
    }

    private byte[] info(Session session, Arguments arguments) {
        String line = session.describe(System.nanoTime()) + "\n";
        return new ReplyBuilder(session.isResp3()).verbatim(line).toBytes();
    }

    private byte[] list(Session session, Arguments arguments) {
        List<Session> listed = new ArrayList<>(registry.sessions());
        if (arguments.count() > 2) {
            String option = arguments.text(2).toUpperCase(Locale.ROOT);
            if (option.equals("TYPE") && arguments.count() == 4) {
                String type = arguments.text(3).toUpperCase(Locale.ROOT);
                if (OTHER_TYPES.contains(type)) {
                    listed.clear();
                } else if (!type.equals("NORMAL")) {
                    return ReplyBuilder.error("ERR Unknown client type '%s'".formatted(arguments.text(3)));
                }
            } else if (option.equals("ID") && arguments.count() > 3) {
                Set<Long> ids = new HashSet<>();
                for (int i = 3; i < arguments.count(); i++) {
                    try {
                        ids.add(Long.parseLong(arguments.text(i)));
                    } catch (NumberFormatException e) {
                        return ReplyBuilder.error("ERR Invalid client ID");
                    }
                }
                listed.removeIf(candidate -> !ids.contains(candidate.id));
            } else {
                return CommandErrors.syntax();
            }
        }
        long now = System.nanoTime();
        StringBuilder lines = new StringBuilder();
        listed.sort((a, b) -> Long.compare(a.id, b.id));
        listed.forEach(each -> lines.append(each.describe(now)).append('\n'));
        return new ReplyBuilder(session.isResp3()).verbatim(lines.toString()).toBytes();
    }

    private byte[] onOrOff(Session session, Arguments arguments) {
        String value = arguments.text(2).toUpperCase(Locale.ROOT);
        return value.equals("ON") || value.equals("OFF") ? ReplyBuilder.ok() : CommandErrors.syntax();
    }

    /** The mode applies to this command's own reply, too: it is only heard when replies are on afterwards. */
    private byte[] reply(Session session, Arguments arguments) {
        switch (arguments.text(2).toUpperCase(Locale.ROOT)) {
            case "ON" -> session.replies(Session.Replies.ON);
            case "OFF" -> session.replies(Session.Replies.OFF);
            case "SKIP" -> session.skipReply();
            default -> {
                return CommandErrors.syntax();
            }
        }
        return ReplyBuilder.ok();
    }

    private byte[] setInfo(Session session, Arguments arguments) {
        String option = arguments.text(2).toUpperCase(Locale.ROOT);
        String value = arguments.text(3);
        boolean name = option.equals("LIB-NAME");
        if (!name && !option.equals("LIB-VER")) {
            return ReplyBuilder.error("ERR Unrecognized option '%s'".formatted(arguments.text(2)));
        }
        if (!ConnectionCommands.isPrintable(value)) {
            return ReplyBuilder.error("ERR %s cannot contain spaces, newlines or special characters."
                    .formatted(option.toLowerCase(Locale.ROOT)));
        }
        if (name) {
            session.libraryName(value);
        } else {
            session.libraryVersion(value);
        }
        return ReplyBuilder.ok();
    }

    private byte[] setName(Session session, Arguments arguments) {
        String name = arguments.text(2);
        if (!ConnectionCommands.isPrintable(name)) {
            return ConnectionCommands.badName();
        }
        session.rename(name);
        return ReplyBuilder.ok();
    }
}
