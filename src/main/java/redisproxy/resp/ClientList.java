package redisproxy.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** CLIENT LIST with its filters (redis.io, "CLIENT LIST"). Thread-safe. */
final class ClientList implements Command.Handler {
    private static final Set<String> OTHER_TYPES = Set.of("MASTER", "REPLICA", "SLAVE");

    private final ClientRegistry registry;

    ClientList(ClientRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void execute(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        List<Session> listed = new ArrayList<>(registry.sessions());
        if (arguments.count() > 2) {
            String option = arguments.text(2).toUpperCase(Locale.ROOT);
            if (option.equals("TYPE") && arguments.count() == 4) {
                String type = arguments.text(3).toUpperCase(Locale.ROOT);
                if (OTHER_TYPES.contains(type)) {
                    listed.clear();
                } else if (type.equals("NORMAL") || type.equals("PUBSUB")) {
                    listed.removeIf(each -> each.isSubscribed() != type.equals("PUBSUB"));
                } else {
                    invocation.error("ERR Unknown client type '%s'".formatted(arguments.text(3)));
                    return;
                }
            } else if (option.equals("ID") && arguments.count() > 3) {
                Set<Long> ids = new HashSet<>();
                for (int i = 3; i < arguments.count(); i++) {
                    try {
                        ids.add(WholeNumber.parse(arguments.text(i)));
                    } catch (NumberFormatException e) {
                        invocation.error("ERR Invalid client ID");
                        return;
                    }
                }
                listed.removeIf(each -> !ids.contains(each.id));
            } else {
                invocation.reply(CommandErrors.syntax());
                return;
            }
        }
        listed.sort((a, b) -> Long.compare(a.id, b.id));
        long now = System.nanoTime();
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        StringBuilder line = new StringBuilder(512);
        for (Session each : listed) {
            line.setLength(0);
            each.describe(now, line);
            lines.writeBytes(line.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1));
            invocation.step();
        }
        invocation.reply(invocation.encoder().verbatim(lines.toByteArray()));
    }
}
