package redisproxy.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Draws the requests of one connection to the RESP port, and knows what each has to be answered. */
final class RespScript {
    private static final int MOST_REQUESTS = 60;
    private static final int MOST_KEYS = 3_000;
    private static final int MOST_KEY_BYTES = 4_000_000;
    private static final int MOST_MESSAGE_BYTES = 100_000;

    private final Choices choices;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Conversation.Answer> answers = new ArrayList<>();
    private boolean repliesAreOff;
    private boolean nextIsSkipped;
    private Conversation.End end = Conversation.End.AFTER_ALL_ANSWERS;

    RespScript(Choices choices) {
        this.choices = choices;
    }

    Conversation draw() {
        for (int left = 1 + choices.below(MOST_REQUESTS); left > 0 && !hasEnded() && !choices.isExhausted(); left--) {
            drawRequest();
        }
        if (end == Conversation.End.AFTER_ALL_ANSWERS) {
            drawEnd();
        }
        return Pieces.conversation(Conversation.Port.RESP, choices, bytes.toByteArray(), answers, end);
    }

    private boolean hasEnded() {
        return end != Conversation.End.AFTER_ALL_ANSWERS;
    }

    private void drawRequest() {
        int kind = choices.below(100);
        if (kind < 20) {
            get();
        } else if (kind < 30) {
            readMany();
        } else if (kind < 36) {
            message();
        } else if (kind < 44) {
            inline();
        } else if (kind < 52) {
            replies();
        } else if (kind < 56) {
            hello();
        } else if (kind < 70) {
            costly();
        } else if (kind < 80) {
            ask();
        } else if (kind < 88) {
            refused();
        } else if (kind < 92) {
            longName();
        } else if (kind < 95) {
            longKey();
        } else if (kind < 97) {
            reset();
        } else if (kind < 98) {
            quit();
        } else if (kind < 99) {
            garbage();
        } else {
            incomplete();
        }
    }

    private void get() {
        if (choices.onceIn(4)) {
            request(this::isNil, "GET", "absent:" + choices.below(1_000_000));
        } else {
            int i = choices.below(KnownValues.KEYS);
            request(isValue(i), "GET", KnownValues.key(i));
        }
    }

    private void readMany() {
        int count = 1 + choices.size(MOST_KEYS);
        boolean isMget = choices.onceIn(2);
        List<String> words = new ArrayList<>(List.of(isMget ? "MGET" : "EXISTS"));
        List<Integer> known = new ArrayList<>();
        int shift = choices.below(KnownValues.SHORT);
        int absentEach = 2 + choices.below(9);
        for (int i = 0; i < count; i++) {
            boolean isAbsent = i % absentEach == 1;
            int key = (shift + i) % KnownValues.SHORT;
            words.add(isAbsent ? "absent:" + shift + ":" + i : KnownValues.key(key));
            known.add(isAbsent ? -1 : key);
        }
        Predicate<Reply> check = isMget
                ? reply -> reply instanceof Reply.Items items && areValues(items.items(), known)
                : isWhole(known.stream().filter(key -> key >= 0).count());
        request(check, words.toArray(String[]::new));
    }

    private boolean areValues(List<Reply> items, List<Integer> known) {
        for (int i = 0; i < known.size(); i++) {
            int key = known.get(i);
            if (!(key < 0 ? isNil(items.get(i)) : isValue(key).test(items.get(i)))) {
                return false;
            }
        }
        return items.size() == known.size();
    }

    private void message() {
        String message = "m".repeat(choices.size(MOST_MESSAGE_BYTES));
        request(reply -> reply.equals(Reply.bulk(message)), choices.onceIn(2) ? "PING" : "ECHO", message);
    }

    private void inline() {
        int i = choices.below(KnownValues.SHORT);
        switch (choices.below(4)) {
            case 0 -> send(reply -> reply.equals(new Reply.Simple("PONG")), "PING inline", Bytes.utf8("PING\r\n"));
            case 1 -> send(isValue(i), "GET inline", Bytes.utf8(" get  \"" + KnownValues.key(i) + "\" \r\n"));
            case 2 -> bytes.writeBytes(Bytes.utf8("\r\n").toArray());
            default ->
                send(
                        isValue(i),
                        "GET inline",
                        Bytes.utf8("GET " + " ".repeat(choices.size(30_000)) + KnownValues.key(i) + "\n"));
        }
    }

    private void replies() {
        switch (choices.below(3)) {
            case 0 -> {
                repliesAreOff = false;
                nextIsSkipped = false;
                request(reply -> reply.equals(new Reply.Simple("OK")), "CLIENT", "REPLY", "ON");
            }
            case 1 -> {
                repliesAreOff = true;
                nextIsSkipped = false;
                request(reply -> false, "CLIENT", "REPLY", "OFF");
            }
            default -> {
                nextIsSkipped = true;
                request(reply -> false, "CLIENT", "REPLY", "SKIP");
                nextIsSkipped = !repliesAreOff;
            }
        }
    }

    private void hello() {
        request(
                reply -> reply instanceof Reply.Items || reply instanceof Reply.Pairs,
                "HELLO",
                choices.onceIn(2) ? "2" : "3");
    }

    private void costly() {
        int count = 1 + choices.size(900);
        switch (choices.below(8)) {
            case 0 -> request(RespScript::isNoFailure, repeated("client", count, "COMMAND", "DOCS"));
            case 1 -> request(RespScript::isNoFailure, repeated("mget", count, "COMMAND", "INFO"));
            case 2 -> request(RespScript::isNoFailure, repeated("*z*", count, "CONFIG", "GET"));
            case 3 -> request(RespScript::isNoFailure, "CLIENT", "LIST");
            case 4 -> request(RespScript::isNoFailure, "CACHE", "KEYS", Integer.toString(1 + choices.size(9_999)));
            case 5 -> request(RespScript::isNoFailure, "CACHE", "FLUSH");
            case 6 -> request(RespScript::isNoFailure, repeated("known:1", count, "CACHE", "INVALIDATE"));
            default -> request(RespScript::isNoFailure, "COMMAND");
        }
    }

    private void ask() {
        String key = KnownValues.key(choices.below(KnownValues.KEYS));
        switch (choices.below(9)) {
            case 0 -> request(isWhole(-1), "TTL", key);
            case 1 -> request(reply -> reply.equals(new Reply.Simple("string")), "TYPE", key);
            case 2 -> {
                int i = choices.below(KnownValues.KEYS);
                request(isWhole(KnownValues.value(i).size()), "STRLEN", KnownValues.key(i));
            }
            case 3 -> request(RespScript::isBulk, "GETRANGE", key, "0", "9");
            case 4 -> request(RespScript::isBulk, "INFO");
            case 5 -> request(RespScript::isBulk, "CLIENT", "INFO");
            case 6 -> request(reply -> reply instanceof Reply.Whole, "CLIENT", "ID");
            case 7 -> request(RespScript::isBulk, "CACHE", "INFO");
            default -> request(reply -> reply.equals(new Reply.Simple("OK")), "SELECT", "0");
        }
    }

    private void refused() {
        Predicate<Reply> check = reply -> reply instanceof Reply.Failure;
        switch (choices.below(5)) {
            case 0 -> request(check, "SET", "key", "v".repeat(choices.size(MOST_MESSAGE_BYTES)));
            case 1 -> request(check, "GET");
            case 2 -> request(check, "NO" + "x".repeat(choices.size(MOST_MESSAGE_BYTES)));
            case 3 -> request(check, "SELECT", "9");
            default -> request(check, repeated("*", 2_000, "CONFIG", "GET"));
        }
    }

    private void longName() {
        int size = choices.size(MOST_MESSAGE_BYTES);
        Predicate<Reply> check =
                size > 1_024 ? reply -> reply instanceof Reply.Failure : reply -> reply.equals(new Reply.Simple("OK"));
        request(check, "CLIENT", "SETNAME", "n".repeat(size));
    }

    /** It may be too large for what is left of the memory. */
    private void longKey() {
        request(this::isNil, "GET", "k".repeat(1 + choices.size(MOST_KEY_BYTES)));
    }

    private void reset() {
        repliesAreOff = false;
        nextIsSkipped = false;
        request(reply -> reply.equals(new Reply.Simple("RESET")), "RESET");
    }

    private void quit() {
        request(reply -> reply.equals(new Reply.Simple("OK")), "QUIT");
        end = Conversation.End.BY_THE_PROXY;
    }

    private void garbage() {
        String[] garbage = {"*1\r\n$-5\r\n", "*99999999999\r\n", "*2\r\n:1\r\n", "GET \"unclosed\r\n"};
        send(reply -> true, "garbage", Bytes.utf8(garbage[choices.below(garbage.length)]));
        end = Conversation.End.BY_THE_PROXY;
    }

    private void incomplete() {
        String begun = "*2\r\n$3\r\nGET\r\n$" + (1 + choices.size(500_000_000)) + "\r\n"
                + "k".repeat(choices.size(MOST_KEY_BYTES));
        bytes.writeBytes(Bytes.utf8(begun).toArray());
        end = Conversation.End.ABRUPT;
    }

    private void drawEnd() {
        if (choices.onceIn(4)) {
            end = Conversation.End.ABRUPT;
        } else if (choices.onceIn(4)) {
            end = Conversation.End.HALF_CLOSED;
        }
    }

    private static String[] repeated(String argument, int count, String... name) {
        List<String> words = new ArrayList<>(Arrays.asList(name));
        words.addAll(Collections.nCopies(count, argument));
        return words.toArray(String[]::new);
    }

    private void request(Predicate<Reply> check, String... words) {
        String all = String.join(" ", words);
        send(check, all.substring(0, Math.min(80, all.length())), RespClient.encode(words));
    }

    private void send(Predicate<Reply> check, String words, Bytes request) {
        bytes.writeBytes(request.toArray());
        if (!repliesAreOff && !nextIsSkipped) {
            answers.add(new Conversation.Answer(words, answer -> {
                if (!(answer instanceof Reply reply) || !check.test(reply)) {
                    throw new IllegalStateException("%s is answered by %s".formatted(words, shown(answer)));
                }
            }));
        }
        nextIsSkipped = false;
    }

    private static String shown(Object answer) {
        String text = answer.toString();
        return text.substring(0, Math.min(300, text.length()));
    }

    private boolean isNil(Reply reply) {
        return reply instanceof Reply.Nil;
    }

    private static boolean isBulk(Reply reply) {
        return reply instanceof Reply.Bulk;
    }

    private static boolean isNoFailure(Reply reply) {
        return !(reply instanceof Reply.Failure);
    }

    private static Predicate<Reply> isWhole(long value) {
        return reply -> reply.equals(new Reply.Whole(value));
    }

    private static Predicate<Reply> isValue(int i) {
        return reply -> reply.equals(new Reply.Bulk(KnownValues.value(i)));
    }
}
