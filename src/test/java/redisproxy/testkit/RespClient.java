package redisproxy.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/** One connection that speaks the Redis protocol, byte for byte. */
public final class RespClient implements AutoCloseable {
    private final Wire wire;

    private RespClient(Wire wire) {
        this.wire = wire;
    }

    public static RespClient connect(Address address) {
        return new RespClient(new Wire(address));
    }

    /** As above, over TLS. The handshake begins when something is sent. */
    public static RespClient connect(Address address, SSLSocketFactory tls) {
        return new RespClient(new Wire(address, tls));
    }

    /** The command as an array of bulk strings. */
    public static Bytes encode(Bytes... words) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("*" + words.length + "\r\n").getBytes(US_ASCII));
        for (Bytes word : words) {
            request.writeBytes(("$" + word.size() + "\r\n").getBytes(US_ASCII));
            request.writeBytes(word.toArray());
            request.writeBytes("\r\n".getBytes(US_ASCII));
        }
        return Bytes.of(request.toByteArray());
    }

    public static Bytes encode(String... words) {
        return encode(Arrays.stream(words).map(Bytes::utf8).toArray(Bytes[]::new));
    }

    public void send(Bytes bytes) {
        wire.send(bytes.toArray());
    }

    /** Sends as much as the peer reads. The peer may answer and close before the end. */
    public void sendUntilRefused(Bytes bytes) {
        wire.sendUntilRefused(bytes.toArray());
    }

    /** Sends a command and reads its reply. */
    public Reply call(Bytes... words) {
        send(encode(words));
        return read();
    }

    /** Sends a command in UTF-8 and reads its reply. */
    public Reply call(String... words) {
        send(encode(words));
        return read();
    }

    public Reply get(Bytes key) {
        return call(Bytes.utf8("GET"), key);
    }

    /** Closes the output, and goes on reading. */
    public void finishSending() {
        wire.finishSending();
    }

    public boolean hasInput() {
        return wire.hasInput();
    }

    /** Waits until the peer closes, and returns what it sent before that. */
    public Bytes readToEnd() {
        return wire.readToEnd();
    }

    /** The next bytes, not parsed. */
    public Bytes read(int size) {
        return wire.read(size);
    }

    public Reply read() {
        String line = wire.readLine();
        String text = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> new Reply.Simple(text);
            case '-' -> new Reply.Failure(text);
            case ':' -> new Reply.Whole(Long.parseLong(text));
            case '_' -> new Reply.Nil(line);
            case '#' -> new Reply.Truth(text.equals("t"));
            case '$' -> text.equals("-1") ? new Reply.Nil(line) : new Reply.Bulk(readBulk(text));
            case '=' -> new Reply.Bulk(Bytes.utf8(readBulk(text).asUtf8().substring("txt:".length())));
            case '*' -> text.equals("-1") ? new Reply.Nil(line) : readItems(text);
            case '~', '>' -> readItems(text);
            case '%' -> readPairs(text);
            default -> throw new IllegalStateException("not a reply: " + line);
        };
    }

    private Bytes readBulk(String size) {
        Bytes bytes = wire.read(Integer.parseInt(size));
        String end = wire.readLine();
        if (!end.isEmpty()) {
            throw new IllegalStateException("bulk string goes on after its length: " + end);
        }
        return bytes;
    }

    private Reply readItems(String count) {
        List<Reply> items = new ArrayList<>();
        for (int left = Integer.parseInt(count); left > 0; left--) {
            items.add(read());
        }
        return new Reply.Items(List.copyOf(items));
    }

    private Reply readPairs(String count) {
        Map<Reply, Reply> pairs = new LinkedHashMap<>();
        for (int left = Integer.parseInt(count); left > 0; left--) {
            Reply key = read();
            pairs.put(key, read());
        }
        return new Reply.Pairs(pairs);
    }

    @Override
    public void close() {
        wire.close();
    }
}
