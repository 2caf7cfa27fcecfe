package redisproxy.soak;

import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Sends one request at a time, because HTTP loads the next key only after the one before has been answered. */
final class HttpPort implements Port {
    private final HttpConnection connection;

    HttpPort(Address address) {
        connection = HttpConnection.connect(address);
    }

    @Override
    public List<Answer> ask(List<String> keys) {
        return keys.stream().map(this::ask).toList();
    }

    private Answer ask(String key) {
        connection.get(Bytes.utf8(key));
        HttpAnswer answer = connection.read();
        return switch (answer.status()) {
            case 200 -> new Answer.Value(answer.body());
            case 404 -> new Answer.Absent();
            case 503 -> new Answer.Refused(answer.body().asUtf8(), /* isForAll= */ false);
            default -> throw new IllegalStateException("answer to " + key + ": " + answer);
        };
    }

    @Override
    public void close() {
        connection.close();
    }
}
