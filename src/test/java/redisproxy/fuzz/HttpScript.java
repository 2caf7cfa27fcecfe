package redisproxy.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Draws the requests of one connection to the HTTP port, and knows what each has to be answered. */
final class HttpScript {
    private static final int MOST_REQUESTS = 30;
    private static final int MOST_HEADER_BYTES = 60_000;

    private final Choices choices;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Conversation.Answer> answers = new ArrayList<>();
    private Conversation.End end = Conversation.End.AFTER_ALL_ANSWERS;

    HttpScript(Choices choices) {
        this.choices = choices;
    }

    Conversation draw() {
        for (int left = 1 + choices.below(MOST_REQUESTS);
                left > 0 && end == Conversation.End.AFTER_ALL_ANSWERS && !choices.isExhausted();
                left--) {
            drawRequest();
        }
        if (end == Conversation.End.AFTER_ALL_ANSWERS && choices.onceIn(4)) {
            end = Conversation.End.ABRUPT;
        }
        return Pieces.conversation(Conversation.Port.HTTP, choices, bytes.toByteArray(), answers, end);
    }

    private void drawRequest() {
        int kind = choices.below(20);
        if (kind < 12) {
            get();
        } else if (kind < 14) {
            request(404, Bytes.utf8("not found"), "GET /absent-" + choices.below(1_000_000));
        } else if (kind < 16) {
            request(204, Bytes.of(), "OPTIONS /known:1");
        } else if (kind < 17) {
            request(200, null, "GET /");
        } else if (kind < 18) {
            request(405, null, "DELETE /known:1");
        } else if (kind < 19) {
            garbage();
        } else {
            incomplete();
        }
    }

    private void get() {
        int i = choices.below(KnownValues.KEYS);
        String target = "GET /" + KnownValues.key(i);
        switch (choices.below(5)) {
            case 0 -> request(200, KnownValues.value(i), target, "X-Unusual: " + choices.below(1_000));
            case 1 -> request(200, KnownValues.value(i), target, "Cache-Control: no-cache");
            case 2 -> {
                String header = "X-Long: " + "x".repeat(choices.size(MOST_HEADER_BYTES / 8));
                request(200, KnownValues.value(i), target, header, header, header, header, header, header, header);
            }
            default -> request(200, KnownValues.value(i), target);
        }
    }

    private void garbage() {
        String[] garbage = {
            "GET\r\n\r\n", "G@T / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "*1\r\n$4\r\nPING\r\n\r\n"
        };
        bytes.writeBytes(Bytes.utf8(garbage[choices.below(garbage.length)]).toArray());
        answers.add(new Conversation.Answer("garbage", answer -> {
            if (!(answer instanceof HttpAnswer response) || response.status() < 400) {
                throw new IllegalStateException("garbage is answered by " + answer);
            }
        }));
        end = Conversation.End.BY_THE_PROXY;
    }

    private void incomplete() {
        bytes.writeBytes(Bytes.utf8("GET /known:1 HTTP/1.1\r\nHost: proxy\r\nX-Long: "
                        + "x".repeat(choices.size(MOST_HEADER_BYTES)))
                .toArray());
        end = Conversation.End.ABRUPT;
    }

    private void request(int status, @Nullable Bytes body, String target, String... headers) {
        bytes.writeBytes(HttpConnection.request(target, headers).toArray());
        answers.add(new Conversation.Answer(target, answer -> {
            if (!(answer instanceof HttpAnswer response)
                    || response.status() != status
                    || (body != null && status == 200 && !response.body().equals(body))) {
                throw new IllegalStateException("%s is answered by %s".formatted(target, shown(answer)));
            }
        }));
    }

    private static String shown(Object answer) {
        String text = answer.toString();
        return text.substring(0, Math.min(300, text.length()));
    }
}
