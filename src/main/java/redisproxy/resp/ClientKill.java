package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** CLIENT KILL, in its old form and in its new one (redis.io, "CLIENT KILL"). */
final class KillCommand implements Command.Handler {
    private static final Set<String> TYPES = Set.of("NORMAL", "MASTER", "REPLICA", "SLAVE", "PUBSUB");

    private final ClientRegistry registry;

    KillCommand(ClientRegistry registry) {
        this.registry = registry;
    }

    @Override
    public byte[] execute(Session session, Arguments arguments) {
        if (arguments.count() == 3) {
            String address = arguments.text(2);
            int killed = kill(session, each -> each.remoteAddress.equals(address));
            return killed == 0 ? ReplyBuilder.error("ERR No such client") : ReplyBuilder.ok();
        }
        if (arguments.count() % 2 != 0) {
            return CommandErrors.syntax();
        }
        List<Predicate<Session>> filters = new ArrayList<>();
        boolean skipsMe = true;
        for (int i = 2; i < arguments.count(); i += 2) {
            String value = arguments.text(i + 1);
            switch (arguments.text(i).toUpperCase(Locale.ROOT)) {
                case "ID" -> {
                    long id = number(value);
                    if (id < 1) {
                        return ReplyBuilder.error("ERR client-id should be greater than 0");
                    }
                    filters.add(each -> each.id == id);
                }
                case "MAXAGE" -> {
                    long seconds = number(value);
                    if (seconds < 1) {
                        return ReplyBuilder.error("ERR maxage should be greater than 0");
                    }
                    filters.add(each -> each.ageSeconds(System.nanoTime()) >= seconds);
                }
                case "TYPE" -> {
                    String type = value.toUpperCase(Locale.ROOT);
                    if (!TYPES.contains(type)) {
                        return ReplyBuilder.error("ERR Unknown client type '%s'".formatted(value));
                    }
                    filters.add(each -> type.equals("NORMAL"));
                }
                case "USER" -> {
                    if (!value.equals("default")) {
                        return ReplyBuilder.error("ERR No such user '%s'".formatted(value));
                    }
                }
                case "ADDR" -> filters.add(each -> each.remoteAddress.equals(value));
                case "LADDR" -> filters.add(each -> each.localAddress.equals(value));
                case "SKIPME" -> {
                    if (!value.equalsIgnoreCase("yes") && !value.equalsIgnoreCase("no")) {
                        return CommandErrors.syntax();
                    }
                    skipsMe = value.equalsIgnoreCase("yes");
                }
                default -> {
                    return CommandErrors.syntax();
                }
            }
        }
        if (skipsMe) {
            filters.add(each -> each != session);
        }
        return new ReplyBuilder(false)
                .integer(kill(session, each -> filters.stream().allMatch(filter -> filter.test(each))))
                .toBytes();
    }

    private int kill(Session session, Predicate<Session> chosen) {
        int count = 0;
        for (Session each : registry.sessions()) {
            if (chosen.test(each)) {
                count++;
                if (each == session) {
                    session.kill();
                } else {
                    registry.kill(each);
                }
            }
        }
        return count;
    }

    private static long number(String text) {
        try {
            return ConnectionCommands.integer(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
