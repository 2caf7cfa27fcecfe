package redisproxy.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Encodes a reply other than a cached value, in RESP 2 or 3 (redis.io, "Redis serialization protocol specification").
 * Texts are encoded as ISO 8859-1, so that bytes that came from a client go back unchanged. Not thread-safe.
 */
final class ReplyBuilder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean resp3;

    ReplyBuilder(boolean resp3) {
        this.resp3 = resp3;
    }

    static byte[] ok() {
        return new ReplyBuilder(false).simple("OK").toBytes();
    }

    /** Encodes an error: its code, then its text, as in {@code ERR syntax error}. As in Redis, line breaks become spaces. */
    static byte[] error(String text) {
        String line = text.replace('\r', ' ').replace('\n', ' ');
        return new ReplyBuilder(false).line('-', line).toBytes();
    }

    ReplyBuilder simple(String text) {
        return line('+', text);
    }

    ReplyBuilder integer(long value) {
        return line(':', Long.toString(value));
    }

    /** Encodes a decimal fraction. */
    ReplyBuilder real(String decimal) {
        return resp3 ? line(',', decimal) : bulk(decimal);
    }

    ReplyBuilder bulk(String text) {
        return bulk(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    ReplyBuilder bulk(byte[] bytes) {
        line('$', Integer.toString(bytes.length));
        out.writeBytes(bytes);
        return crlf();
    }

    /** Encodes a text for people: a verbatim string in RESP 3, else a bulk string. */
    ReplyBuilder verbatim(String text) {
        return verbatim(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Encodes a text for people that is encoded already. */
    ReplyBuilder verbatim(byte[] text) {
        if (!resp3) {
            return bulk(text);
        }
        line('=', Integer.toString(text.length + "txt:".length()));
        return raw("txt:").encoded(text).crlf();
    }

    /** Adds what is encoded already. */
    ReplyBuilder encoded(byte[] reply) {
        out.writeBytes(reply);
        return this;
    }

    ReplyBuilder nil() {
        return resp3 ? line('_', "") : line('$', "-1");
    }

    /** Encodes a missing array, which differs from a missing string in RESP 2. */
    ReplyBuilder nilArray() {
        return resp3 ? line('_', "") : line('*', "-1");
    }

    ReplyBuilder array(int elements) {
        return line('*', Integer.toString(elements));
    }

    ReplyBuilder map(int pairs) {
        return resp3 ? line('%', Integer.toString(pairs)) : array(2 * pairs);
    }

    ReplyBuilder set(int elements) {
        return resp3 ? line('~', Integer.toString(elements)) : array(elements);
    }

    /** Encodes the beginning of what a client is told. */
    ReplyBuilder push(int elements) {
        return resp3 ? line('>', Integer.toString(elements)) : array(elements);
    }

    ReplyBuilder bulks(Collection<String> texts) {
        array(texts.size());
        texts.forEach(this::bulk);
        return this;
    }

    ReplyBuilder simples(Collection<String> texts) {
        array(texts.size());
        texts.forEach(this::simple);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }

    private ReplyBuilder line(char type, String text) {
        out.write(type);
        return raw(text).crlf();
    }

    private ReplyBuilder raw(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    private ReplyBuilder crlf() {
        out.write('\r');
        out.write('\n');
        return this;
    }
}
