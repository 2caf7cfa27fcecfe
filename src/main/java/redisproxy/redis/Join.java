package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongBinaryOperator;
import redisproxy.upstream.RawReply;

/** Makes one reply of those to the parts of a command, none of which is an error (Redis documentation, "Command tips"). */
@FunctionalInterface
interface Join {
    /** Returns the reply to the whole. */
    RawReply of(List<RawReply> parts);

    /** The reply of the first, when all have succeeded. */
    Join FIRST = parts -> parts.get(0);

    Join SUM = numbers(Long::sum);
    Join LEAST = numbers(Math::min);
    Join GREATEST = numbers(Math::max);
    Join ALL_TRUE = lists((one, other) -> one & other);
    Join ANY_TRUE = lists((one, other) -> one | other);

    /** The elements of all. */
    Join TOGETHER = Join::together;

    /** Any that is not null. */
    Join ANY = parts -> {
        List<RawReply> present =
                parts.stream().filter(each -> !RawValue.of(each).isNull()).toList();
        return present.isEmpty()
                ? parts.get(0)
                : present.get(ThreadLocalRandom.current().nextInt(present.size()));
    };

    /** Returns what a server tells of a command by its tips. */
    static Join of(Set<String> tips) {
        for (String tip : tips) {
            switch (tip) {
                case "response_policy:agg_sum" -> {
                    return SUM;
                }
                case "response_policy:agg_min" -> {
                    return LEAST;
                }
                case "response_policy:agg_max" -> {
                    return GREATEST;
                }
                case "response_policy:agg_logical_and" -> {
                    return ALL_TRUE;
                }
                case "response_policy:agg_logical_or" -> {
                    return ANY_TRUE;
                }
                case "response_policy:all_succeeded", "response_policy:one_succeeded", "response_policy:special" -> {
                    return FIRST;
                }
                default -> {}
            }
        }
        return TOGETHER;
    }

    private static Join numbers(LongBinaryOperator operator) {
        return parts -> {
            long result = RawValue.of(parts.get(0)).number();
            for (RawReply part : parts.subList(1, parts.size())) {
                result = operator.applyAsLong(result, RawValue.of(part).number());
            }
            return RawBuilder.reply(":" + result);
        };
    }

    private static Join lists(LongBinaryOperator operator) {
        return parts -> {
            List<Long> result = numbersOf(parts.get(0));
            for (RawReply part : parts.subList(1, parts.size())) {
                List<Long> next = numbersOf(part);
                for (int i = 0; i < Math.min(result.size(), next.size()); i++) {
                    result.set(i, operator.applyAsLong(result.get(i), next.get(i)));
                }
            }
            RawBuilder joined = new RawBuilder();
            joined.line("*" + result.size());
            result.forEach(each -> joined.line(":" + each));
            return joined.toReply();
        };
    }

    private static List<Long> numbersOf(RawReply list) {
        List<Long> numbers = new ArrayList<>();
        RawValue.of(list).elements().forEach(each -> numbers.add(each.number()));
        return numbers;
    }

    private static RawReply together(List<RawReply> parts) {
        char type = (char) parts.get(0).type();
        boolean isAggregate = "*~%".indexOf(type) >= 0;
        if (!isAggregate || parts.stream().anyMatch(each -> each.type() != type)) {
            return parts.get(0);
        }
        List<RawValue> values = parts.stream().map(RawValue::of).toList();
        RawBuilder joined = new RawBuilder();
        joined.line(type + ""
                + values.stream().mapToLong(each -> Math.max(0, each.number())).sum());
        values.forEach(each -> each.addElementsTo(joined));
        return joined.toReply();
    }
}
