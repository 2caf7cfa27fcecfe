package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import redisproxy.testkit.Allocation;
import redisproxy.testkit.Bytes;

/** Checks the parser with any bytes: it reads the same requests however they are split, within bounded memory. */
public final class RequestParserTarget {
    private RequestParserTarget() {}

    /** The requests before the first error, and the error; empty if there is none. */
    private record Reading(List<List<Bytes>> requests, int consumed, String error) {}

    public static void run(byte[] input) {
        Random random = new Random(input.length);
        Reading whole = read(input, end -> input.length);
        same(whole, read(input, end -> end + 1));
        same(whole, read(input, end -> end + 1 + random.nextInt(16)));
        Allocation.isBounded(input, () -> parse(input));
    }

    private static void same(Reading whole, Reading split) {
        boolean sameError = whole.error.equals(split.error)
                // As in Redis, a line that is both too long and malformed may get either error.
                || (!whole.error.isEmpty() && split.error.startsWith("too big"));
        if (!sameError || whole.consumed != split.consumed || !whole.requests.equals(split.requests)) {
            throw new AssertionError("whole: %s%nsplit: %s".formatted(whole, split));
        }
    }

    private static Reading read(byte[] input, IntUnaryOperator nextEnd) {
        RequestParser parser = new RequestParser();
        List<List<Bytes>> requests = new ArrayList<>();
        int start = 0;
        int end = 0;
        try {
            while (end < input.length) {
                end = Math.min(input.length, nextEnd.applyAsInt(end));
                while (parser.parse(input, start, end)) {
                    requests.add(arguments(parser));
                    start += consumed(parser, end - start);
                }
            }
            return new Reading(requests, start, "");
        } catch (RespProtocolException refused) {
            return new Reading(requests, start, String.valueOf(refused.getMessage()));
        }
    }

    private static List<Bytes> arguments(RequestParser parser) {
        List<Bytes> arguments = new ArrayList<>();
        for (int i = 0; i < parser.count(); i++) {
            arguments.add(Bytes.of(parser.bytes(i)));
        }
        return arguments;
    }

    private static int consumed(RequestParser parser, int given) {
        int consumed = parser.requestLength();
        if (consumed < 1 || consumed > given) {
            throw new AssertionError("consumed %d of %d bytes".formatted(consumed, given));
        }
        parser.next();
        return consumed;
    }

    private static void parse(byte[] input) {
        RequestParser parser = new RequestParser();
        try {
            int start = 0;
            while (parser.parse(input, start, input.length)) {
                start += consumed(parser, input.length - start);
            }
        } catch (RespProtocolException refused) {
            // Refused requests take memory too.
        }
    }
}
