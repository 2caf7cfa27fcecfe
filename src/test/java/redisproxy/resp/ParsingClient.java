package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import redisproxy.testkit.Bytes;

/** Keeps the bytes that are not parsed yet, and moves them to another place each time more arrive. */
final class ParsingClient {
    private final RequestParser parser = new RequestParser();
    private byte[] unread = {};
    private int moves;
    private int received;

    List<List<Bytes>> receive(byte... more) throws RespProtocolException {
        int shift = moves++ % 7;
        byte[] buffer = new byte[shift + unread.length + more.length + shift];
        Arrays.fill(buffer, (byte) '\n');
        System.arraycopy(unread, 0, buffer, shift, unread.length);
        System.arraycopy(more, 0, buffer, shift + unread.length, more.length);
        int start = shift;
        int end = buffer.length - shift;
        List<List<Bytes>> requests = new ArrayList<>();
        while (parser.parse(buffer, start, end)) {
            requests.add(arguments());
            received++;
            assertThat(parser.requestLength()).isBetween(1, end - start);
            start += parser.requestLength();
            parser.next();
        }
        unread = Arrays.copyOfRange(buffer, start, end);
        return requests;
    }

    private List<Bytes> arguments() {
        List<Bytes> arguments = new ArrayList<>();
        for (int i = 0; i < parser.count(); i++) {
            arguments.add(Bytes.of(parser.bytes(i)));
        }
        return arguments;
    }

    /** Returns the bytes of the incomplete request. */
    byte[] unread() {
        return unread;
    }

    /** Returns the number of requests that have been parsed. */
    int received() {
        return received;
    }
}
