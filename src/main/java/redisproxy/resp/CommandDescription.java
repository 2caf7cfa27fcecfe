package redisproxy.resp;

import java.util.Collection;
import java.util.List;

/** Encodes what COMMAND INFO says of one command: ten fields (redis.io, "COMMAND"). */
final class CommandDescription {
    private static final int FIELDS = 10;

    private CommandDescription() {}

    static void encode(Command command, ReplyBuilder reply) {
        CommandSpec spec = command.spec();
        KeyPositions keys = spec.keys();
        reply.array(FIELDS).bulk(spec.name()).integer(spec.arity());
        flags(spec.flags(), reply);
        reply.integer(keys.first()).integer(keys.last()).integer(keys.step());
        flags(spec.allCategories().stream().map(each -> "@" + each).toList(), reply);
        reply.set(spec.tips().size());
        spec.tips().forEach(reply::bulk);
        specification(keys, reply);
        Collection<Command> subcommands = command.subcommands();
        reply.set(subcommands.size());
        subcommands.forEach(each -> encode(each, reply));
    }

    /** Encodes the key specifications, of which there is one or none. */
    private static void specification(KeyPositions keys, ReplyBuilder reply) {
        if (!keys.hasKeys()) {
            reply.set(0);
            return;
        }
        reply.set(1).map(3).bulk("flags");
        flags(keys.flags(), reply);
        reply.bulk("begin_search").map(2).bulk("type").bulk("index");
        reply.bulk("spec").map(1).bulk("index").integer(keys.first());
        reply.bulk("find_keys").map(2).bulk("type").bulk("range").bulk("spec").map(3);
        // Here the last key counts from the first one, or from the end.
        reply.bulk("lastkey").integer(keys.last() < 0 ? keys.last() : keys.last() - keys.first());
        reply.bulk("keystep").integer(keys.step());
        reply.bulk("limit").integer(0);
    }

    private static void flags(List<String> names, ReplyBuilder reply) {
        reply.set(names.size());
        names.forEach(reply::simple);
    }
}
