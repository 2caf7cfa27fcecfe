package redisproxy.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.CommandKeys;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.RawReply;

/**
 * Finds the nodes of a Cluster that a command goes to: by its keys, by the slots of them one part after the other, or to all masters
 * (Redis documentation, "Command tips").
 */
final class ClusterSplitting {
    /** How much of a cursor says which node it belongs to: a slot that it holds. */
    private static final int SLOT_BITS = 14;

    private static final long MAX_CURSOR = (1L << (63 - SLOT_BITS)) - 1;

    private static final String SUM = "response_policy:agg_sum";
    private static final String SUCCESS = "response_policy:all_succeeded";

    /** What servers older than Redis 7.0 do not tell of commands that concern all masters. */
    private static final Map<String, Set<String>> TIPS = Map.ofEntries(
            Map.entry("dbsize", Set.of(SUM)),
            Map.entry("flushall", Set.of(SUCCESS)),
            Map.entry("flushdb", Set.of(SUCCESS)),
            Map.entry("keys", Set.of()),
            Map.entry("ping", Set.of(SUCCESS)),
            Map.entry("randomkey", Set.of()),
            Map.entry("wait", Set.of("response_policy:agg_min")),
            Map.entry("script|exists", Set.of("response_policy:agg_logical_and")),
            Map.entry("script|flush", Set.of(SUCCESS)),
            Map.entry("script|load", Set.of(SUCCESS)));

    private static final Set<String> TO_ALL = Set.of("request_policy:all_shards", "request_policy:all_nodes");

    private ClusterSplitting() {}

    /** Adds the requests for a command that is passed on. Some masters may not be known; without any, it fails. */
    static void split(PassedCommand command, ClusterRoutes routes, CommandTable table, List<PassRequest> into) {
        RequestWords words = RequestWords.of(command.request());
        if (words == null) {
            into.add(new PassRequest(command));
            return;
        }
        String name = words.lower(0);
        switch (name) {
            case "mget" -> byKeys(command, words, 1, null, into);
            case "mset" -> byKeys(command, words, 2, Join.FIRST, into);
            case "del", "unlink", "exists", "touch" -> byKeys(command, words, 1, Join.SUM, into);
            case "scan" -> scan(command, words, routes, into);
            case "cluster" -> into.add(new PassRequest(command, slotOfCluster(words)));
            default -> whole(command, name, words, routes, table, into);
        }
    }

    /* --------------- Several keys --------------- */

    /** {@code join} is null if each key has a reply of its own. */
    private static void byKeys(
            PassedCommand command, RequestWords words, int step, @Nullable Join join, List<PassRequest> into) {
        Map<Integer, List<Integer>> bySlot = new LinkedHashMap<>();
        boolean isWhole = words.count() > 1 && (words.count() - 1) % step == 0;
        for (int i = 1; isWhole && i < words.count(); i += step) {
            int slot = KeySlot.of(words.bytes(i));
            bySlot.computeIfAbsent(slot, each -> new ArrayList<>()).add(i);
        }
        if (bySlot.size() <= 1) {
            int slot = bySlot.isEmpty()
                    ? PassRequest.UNTOLD_SLOT
                    : bySlot.keySet().iterator().next();
            into.add(new PassRequest(command, slot));
            return;
        }
        List<List<Integer>> groups = new ArrayList<>(bySlot.values());
        Join joined = join == null ? inOrder(groups, words.count() - 1) : join;
        SplitCommand split = new SplitCommand(command, groups.size(), joined);
        int index = 0;
        for (Map.Entry<Integer, List<Integer>> part : bySlot.entrySet()) {
            List<byte[]> some = new ArrayList<>();
            some.add(words.bytes(0));
            for (int key : part.getValue()) {
                for (int i = 0; i < step; i++) {
                    some.add(words.bytes(key + i));
                }
            }
            into.add(split.part(index++, RequestWords.request(some), part.getKey()));
        }
    }

    private static Join inOrder(List<List<Integer>> groups, int count) {
        return parts -> {
            RawValue[] values = new RawValue[count];
            for (int part = 0; part < parts.size(); part++) {
                List<RawValue> elements = RawValue.of(parts.get(part)).elements();
                List<Integer> keys = groups.get(part);
                for (int i = 0; i < Math.min(keys.size(), elements.size()); i++) {
                    values[keys.get(i) - 1] = elements.get(i);
                }
            }
            RawBuilder all = new RawBuilder();
            all.line("*" + count);
            for (RawValue value : values) {
                if (value == null) {
                    return RawBuilder.reply(
                            "-ERR a node of the Cluster has replied to fewer keys than it was asked for");
                }
                value.addTo(all);
            }
            return all.toReply();
        };
    }

    /* --------------- No key --------------- */

    private static void whole(
            PassedCommand command,
            String name,
            RequestWords words,
            ClusterRoutes routes,
            CommandTable table,
            List<PassRequest> into) {
        if (command.key() != null) {
            into.add(new PassRequest(command));
            return;
        }
        CommandEntry entry = table.find(words);
        CommandEntry told = entry == null || entry.tips().isEmpty() ? null : entry;
        String fullName = told == null ? nameOf(name, words) : told.name();
        Set<String> tips = told == null ? TIPS.get(fullName) : told.tips();
        boolean isToAll =
                TIPS.containsKey(fullName) || (tips != null && tips.stream().anyMatch(TO_ALL::contains));
        if (tips == null || !isToAll) {
            into.add(new PassRequest(command, entry == null ? PassRequest.UNTOLD_SLOT : slotOf(entry, words)));
            return;
        }
        int[] masters = routes.anchors();
        if (masters.length == 0) {
            command.fail("ERR the Cluster has not told its slots yet, and the command concerns all masters");
            command.flush();
            return;
        }
        Join join = fullName.equals("randomkey") ? Join.ANY : Join.of(tips);
        SplitCommand split = new SplitCommand(command, masters.length, join);
        for (int i = 0; i < masters.length; i++) {
            into.add(split.part(i, command.request(), masters[i]));
        }
    }

    /** Before Redis 7.0, subcommands have no entries of their own. */
    private static String nameOf(String name, RequestWords words) {
        String subcommand = words.count() > 1 ? name + "|" + words.lower(1) : name;
        return TIPS.containsKey(subcommand) ? subcommand : name;
    }

    /** Returns the slot of the first key, which the front may not have known when the table was not. */
    private static int slotOf(CommandEntry entry, RequestWords words) {
        List<CommandKeys.Key> keys = entry.keys(words).keys();
        return keys.isEmpty()
                ? PassRequest.UNTOLD_SLOT
                : KeySlot.of(words.bytes(keys.get(0).index()));
    }

    private static int slotOfCluster(RequestWords words) {
        boolean isOfSlot = words.count() > 2 && words.lower(1).endsWith("keysinslot");
        long slot = isOfSlot ? number(words.bytes(2)) : -1;
        return slot >= 0 && slot < ClusterSlots.COUNT ? (int) slot : PassRequest.UNTOLD_SLOT;
    }

    /* --------------- Cursors --------------- */

    private static void scan(PassedCommand command, RequestWords words, ClusterRoutes routes, List<PassRequest> into) {
        int[] masters = routes.anchors();
        long cursor = words.count() > 1 ? number(words.bytes(1)) : -1;
        if (cursor < 0 || masters.length == 0) {
            into.add(new PassRequest(command));
            return;
        }
        int anchor = cursor == 0 ? masters[0] : (int) (cursor & (ClusterSlots.COUNT - 1));
        List<byte[]> request = words.from(0);
        request.set(1, Long.toString(cursor >>> SLOT_BITS).getBytes(US_ASCII));
        SplitCommand split = new SplitCommand(command, 1, parts -> withCursor(parts.get(0), anchor, masters));
        into.add(split.part(0, RequestWords.request(request), anchor));
    }

    private static RawReply withCursor(RawReply reply, int anchor, int[] masters) {
        RawValue page = RawValue.of(reply);
        List<RawValue> elements = page.elements();
        if (elements.size() != 2) {
            return reply;
        }
        long cursor = number(elements.get(0).text().getBytes(US_ASCII));
        if (cursor < 0 || cursor > MAX_CURSOR) {
            return RawBuilder.reply(
                    "-ERR a node of the Cluster has a cursor that is larger than the proxy can pass on");
        }
        String next = Long.toString(cursor == 0 ? following(anchor, masters) : cursor << SLOT_BITS | anchor);
        RawBuilder changed = new RawBuilder();
        changed.line("*2");
        changed.line("$" + next.length());
        changed.line(next);
        elements.get(1).addTo(changed);
        return changed.toReply();
    }

    /** Returns the slot of the master behind the one that holds a slot, or 0 if it was the last. */
    private static int following(int anchor, int[] masters) {
        for (int master : masters) {
            if (master > anchor) {
                return master;
            }
        }
        return 0;
    }

    /** Returns a number without a sign, or -1 if it is none. */
    private static long number(byte[] digits) {
        if (digits.length == 0 || digits.length > 18) {
            return -1;
        }
        long number = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = 10 * number + digit - '0';
        }
        return number;
    }
}
