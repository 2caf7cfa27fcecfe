package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.CommandArguments;

/** The words of a request that is an array of bulk strings. Refers to the bytes of the request. Not thread-safe. */
final class RequestWords implements CommandArguments {
    private final byte[] request;

    /** Where each word begins and ends, in turn. */
    private int[] bounds = new int[16];

    private int count;
    private int position;

    private RequestWords(byte[] request) {
        this.request = request;
    }

    /** Reads a request; returns null if it is not an array of bulk strings. */
    static @Nullable RequestWords of(byte[] request) {
        RequestWords words = new RequestWords(request);
        int expected = words.number('*');
        for (int i = 0; i < expected; i++) {
            int length = words.number('$');
            if (length < 0 || length > request.length - words.position - 2) {
                return null;
            }
            words.add(words.position, words.position + length);
            words.position += length + 2;
        }
        return expected > 0 && words.position == request.length ? words : null;
    }

    /** Writes a request. */
    static byte[] request(List<byte[]> words) {
        RawBuilder request = new RawBuilder();
        request.line("*" + words.size());
        for (byte[] word : words) {
            request.line("$" + word.length);
            request.add(word, 0, word.length);
            request.line("");
        }
        return request.toBytes();
    }

    /** Reads a type, a number and the end of their line; returns -1 if there is something else. */
    private int number(char type) {
        if (position >= request.length || request[position] != type) {
            return -1;
        }
        int number = 0;
        int at = position + 1;
        for (; at < request.length && request[at] != '\r'; at++) {
            int digit = request[at] - '0';
            if (digit < 0 || digit > 9 || number > (Integer.MAX_VALUE - digit) / 10) {
                return -1;
            }
            number = 10 * number + digit;
        }
        position = at + 2;
        return number;
    }

    private void add(int from, int to) {
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = from;
        bounds[2 * count + 1] = to;
        count++;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public byte[] bytes(int index) {
        return Arrays.copyOfRange(request, bounds[2 * index], bounds[2 * index + 1]);
    }

    /** Returns a word in lower case. */
    String lower(int index) {
        return new String(bytes(index), ISO_8859_1).toLowerCase(Locale.ROOT);
    }

    /** Returns words from an index on. */
    List<byte[]> from(int index) {
        List<byte[]> words = new ArrayList<>();
        for (int i = index; i < count; i++) {
            words.add(bytes(i));
        }
        return words;
    }
}
