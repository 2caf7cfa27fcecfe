package redisproxy.fuzz;

import java.util.List;
import java.util.function.Consumer;
import redisproxy.testkit.Bytes;

/**
 * What one client sends over one connection, and what it reads.
 *
 * @param port the port that it connects to
 * @param pieces what it sends, in as many writes
 * @param pauses after which of the writes it waits for some milliseconds
 * @param answers how it reads each answer, in order
 * @param end what it does in the end
 * @param mayBeRefused it asks for so much, or so slowly, that the proxy may close the connection instead
 */
record Conversation(
        Port port, List<Bytes> pieces, List<Integer> pauses, List<Answer> answers, End end, boolean mayBeRefused) {

    enum Port {
        RESP,
        HTTP
    }

    enum End {
        /** It reads all answers, and closes. */
        AFTER_ALL_ANSWERS,
        /** It has broken the protocol or asked for the end, and reads until the proxy closes. */
        BY_THE_PROXY,
        /** It closes its output, and reads all answers. */
        HALF_CLOSED,
        /** It closes without having read everything, or within a request. */
        ABRUPT
    }

    /**
     * One answer.
     *
     * @param words the request, for messages
     * @param check throws if that is not the answer
     */
    record Answer(String words, Consumer<Object> check) {}
}
