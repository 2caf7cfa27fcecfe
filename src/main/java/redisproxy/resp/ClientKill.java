package redisproxy.resp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** CLIENT KILL, in its old form and in its new one (redis.io, "CLIENT KILL"). Thread-safe. */
final class ClientKill implements Command.Handler {
    private static final Set<String> TYPES = Set.of("NORMAL", "MASTER", "REPLICA", "SLAVE", "PUBSUB");

    private final ClientRegistry registry;
    private final Logins logins;

    ClientKill(ClientRegistry registry, Logins logins) {
        this.registry = registry;
        this.logins = logins;
    }

    @Override
    public void execute(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() == 3) {
            String address = arguments.text(2);
            int killed = kill(invocation.session(), each -> each.remoteAddress.equals(address));
            if (killed == 0) {
                invocation.error("ERR No such client");
            } else {
                invocation.ok();
            }
            return;
        }
        Filter filter = new Filter(invocation.session(), logins);
        byte[] refusal = filter.read(arguments);
        if (refusal == null) {
            invocation.integer(kill(invocation.session(), filter::matches));
        } else {
            invocation.reply(refusal);
        }
    }

    private int kill(Session own, Predicate<Session> chosen) {
        int count = 0;
        for (Session each : registry.sessions()) {
            if (chosen.test(each)) {
                count++;
                registry.countKilled();
                if (each == own) {
                    own.closeAfterReply();
                } else {
                    registry.kill(each);
                }
            }
        }
        return count;
    }

    /** The options of the new form: a connection is closed if it matches them all. Not thread-safe. */
    private static final class Filter {
        private final Session own;
        private final Logins logins;
        /** By option: of equal ones the last one counts, as in Redis. */
        private final Map<String, Predicate<Session>> conditions = new HashMap<>();

        private boolean skipsOwn = true;

        Filter(Session own, Logins logins) {
            this.own = own;
            this.logins = logins;
        }

        boolean matches(Session candidate) {
            return !(skipsOwn && candidate == own)
                    && conditions.values().stream().allMatch(condition -> condition.test(candidate));
        }

        /** Reads the options; returns the error to reply with, or null. */
        byte @Nullable [] read(Arguments arguments) {
            for (int i = 2; i < arguments.count(); i += 2) {
                if (i + 1 == arguments.count()) {
                    return CommandErrors.syntax();
                }
                byte[] refusal = add(arguments.text(i).toUpperCase(Locale.ROOT), arguments.text(i + 1));
                if (refusal != null) {
                    return refusal;
                }
            }
            return null;
        }

        private byte @Nullable [] add(String option, String value) {
            switch (option) {
                case "ID" -> {
                    long id = WholeNumber.parse(value, -1);
                    if (id < 1) {
                        return ReplyBuilder.error("ERR client-id should be greater than 0");
                    }
                    conditions.put(option, each -> each.id == id);
                }
                case "MAXAGE" -> {
                    long seconds = WholeNumber.parse(value, -1);
                    if (seconds < 1) {
                        return ReplyBuilder.error("ERR maxage should be greater than 0");
                    }
                    conditions.put(option, each -> each.ageSeconds(System.nanoTime()) >= seconds);
                }
                case "TYPE" -> {
                    String type = value.toUpperCase(Locale.ROOT);
                    if (!TYPES.contains(type)) {
                        return ReplyBuilder.error("ERR Unknown client type '%s'".formatted(value));
                    }
                    conditions.put(option, each -> type.equals("NORMAL"));
                }
                case "USER" -> {
                    if (logins.find(value) == null) {
                        return ReplyBuilder.error("ERR No such user '%s'".formatted(value));
                    }
                    conditions.put(option, each -> each.user().equals(value));
                }
                case "ADDR" -> conditions.put(option, each -> each.remoteAddress.equals(value));
                case "LADDR" -> conditions.put(option, each -> each.localAddress.equals(value));
                case "SKIPME" -> {
                    if (!value.equalsIgnoreCase("yes") && !value.equalsIgnoreCase("no")) {
                        return CommandErrors.syntax();
                    }
                    skipsOwn = value.equalsIgnoreCase("yes");
                }
                default -> {
                    return CommandErrors.syntax();
                }
            }
            return null;
        }
    }
}
