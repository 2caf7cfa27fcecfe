package redisproxy.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One HTTP/1 connection; the test decides on every byte of a request. */
public final class HttpConnection implements AutoCloseable {
    private final Wire wire;

    private HttpConnection(Wire wire) {
        this.wire = wire;
    }

    public static HttpConnection connect(Address address) {
        return new HttpConnection(new Wire(address));
    }

    /** One GET of the raw target, on a connection of its own. */
    public static HttpAnswer get(Address address, String target) {
        try (HttpConnection connection = connect(address)) {
            connection.send(request("GET " + target));
            return connection.read();
        }
    }

    public void get(Bytes key) {
        send(request("GET /" + key.percentEncoded()));
    }

    public void send(Bytes bytes) {
        wire.send(bytes.toArray());
    }

    /** Sends as much as the peer reads. The peer may answer and close before the end. */
    public void sendUntilRefused(Bytes bytes) {
        wire.sendUntilRefused(bytes.toArray());
    }

    /** Closes the connection in this direction only. */
    public void finishSending() {
        wire.finishSending();
    }

    /** A request of this method and raw target, as in {@code GET /key}, with these header lines. */
    public static Bytes request(String methodAndTarget, String... headers) {
        StringBuilder request = new StringBuilder(methodAndTarget).append(" HTTP/1.1\r\nHost: proxy\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return Bytes.utf8(request.append("\r\n").toString());
    }

    public boolean hasInput() {
        return wire.hasInput();
    }

    /** Waits until the peer closes, and returns what it sent before that. */
    public Bytes readToEnd() {
        return wire.readToEnd();
    }

    /** The next response, interim ones left out. */
    public HttpAnswer read() {
        HttpAnswer head = readWithoutBody();
        return new HttpAnswer(head.version(), head.status(), head.headers(), readBody(head));
    }

    /** The next response to a request whose response has no body. */
    public HttpAnswer readWithoutBody() {
        HttpAnswer head = parse(readLines());
        return head.status() / 100 == 1 ? readWithoutBody() : head;
    }

    /** The lines of the next response up to the empty one, just as they were sent. */
    public List<String> readLines() {
        List<String> lines = new ArrayList<>();
        for (String line = wire.readLine(); !line.isEmpty(); line = wire.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    /** A response without its body, from the lines that {@link #readLines} has read. */
    public static HttpAnswer parse(List<String> lines) {
        String[] status = lines.get(0).split(" ", 3);
        Map<String, List<String>> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return new HttpAnswer(status[0], Integer.parseInt(status[1]), headers, Bytes.of());
    }

    /** The body after a head that {@link #readWithoutBody} has read. */
    public Bytes readBody(HttpAnswer head) {
        if (head.status() == 204 || head.status() == 304) {
            return Bytes.of();
        }
        if (head.header("transfer-encoding").contains("chunked")) {
            return readChunks();
        }
        List<String> length = head.header("content-length");
        return length.isEmpty() ? wire.readToEnd() : wire.read(Integer.parseInt(length.get(0)));
    }

    private Bytes readChunks() {
        Bytes body = Bytes.of();
        for (int size = readChunkSize(); size > 0; size = readChunkSize()) {
            body = body.plus(wire.read(size));
            wire.readLine();
        }
        readLines();
        return body;
    }

    private int readChunkSize() {
        return Integer.parseInt(wire.readLine().split(";", 2)[0].strip(), 16);
    }

    @Override
    public void close() {
        wire.close();
    }
}
