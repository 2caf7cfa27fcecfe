package redisproxy.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import redisproxy.testkit.Bytes;

/** Divides what a client sends into writes, some with a pause after them. */
final class Pieces {
    private static final int MOST_CUTS = 20;
    private static final int MOST_PAUSES = 5;

    /** What every client is granted while memory is short, if it does not pause within a request. */
    private static final int MODEST_BYTES = 8 * 1024;

    private Pieces() {}

    static Conversation conversation(
            Conversation.Port port,
            Choices choices,
            byte[] bytes,
            List<Conversation.Answer> answers,
            Conversation.End end) {
        List<Integer> cuts = new ArrayList<>(List.of(0, bytes.length));
        int count = choices.onceIn(3) ? 0 : choices.below(MOST_CUTS);
        for (int i = 0; i < count && bytes.length > 0; i++) {
            cuts.add(choices.below(bytes.length));
        }
        cuts.sort(null);
        List<Bytes> pieces = new ArrayList<>();
        for (int i = 1; i < cuts.size(); i++) {
            pieces.add(Bytes.of(Arrays.copyOfRange(bytes, cuts.get(i - 1), cuts.get(i))));
        }
        List<Integer> pauses = new ArrayList<>();
        for (int left = choices.onceIn(2) ? choices.below(MOST_PAUSES) : 0; left > 0; left--) {
            pauses.add(choices.below(pieces.size()));
        }
        boolean mayBeRefused = bytes.length > MODEST_BYTES || (!pauses.isEmpty() && pieces.size() > 1);
        return new Conversation(port, pieces, pauses, answers, end, mayBeRefused);
    }
}
