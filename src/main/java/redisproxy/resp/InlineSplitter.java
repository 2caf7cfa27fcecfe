package redisproxy.resp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the line of an inline command into words as Redis does (sds.c, {@code sdssplitargs}). White space separates
 * words; {@code "…"} may contain {@code \n \r \t \b \a \\ \" \xHH}, and {@code '…'} only {@code \'}. Not thread-safe.
 */
final class InlineSplitter {
    private static final String UNBALANCED = "unbalanced quotes in request";

    private final byte[] line;
    private final int end;
    private int at;

    private InlineSplitter(byte[] line, int start, int end) {
        this.line = line;
        this.at = start;
        this.end = end;
    }

    static byte[][] split(byte[] line, int start, int end) throws RespProtocolException {
        return new InlineSplitter(line, start, end).words();
    }

    private byte[][] words() throws RespProtocolException {
        List<byte[]> words = new ArrayList<>();
        while (true) {
            while (at < end && isSpace(line[at])) {
                at++;
            }
            if (at == end) {
                return words.toArray(byte[][]::new);
            }
            words.add(word());
        }
    }

    private byte[] word() throws RespProtocolException {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        while (at < end && !isSpace(line[at])) {
            byte c = line[at++];
            if (c == '"') {
                doubleQuoted(word);
            } else if (c == '\'') {
                singleQuoted(word);
            } else {
                word.write(c);
            }
        }
        return word.toByteArray();
    }

    private void doubleQuoted(ByteArrayOutputStream word) throws RespProtocolException {
        while (at < end) {
            byte c = line[at++];
            if (c == '"') {
                endOfQuotes();
                return;
            }
            if (c != '\\' || at == end) {
                word.write(c);
            } else if (line[at] == 'x' && at + 2 < end && hex(at + 1) >= 0 && hex(at + 2) >= 0) {
                word.write(hex(at + 1) << 4 | hex(at + 2));
                at += 3;
            } else {
                word.write(escaped(line[at++]));
            }
        }
        throw new RespProtocolException(UNBALANCED);
    }

    private void singleQuoted(ByteArrayOutputStream word) throws RespProtocolException {
        while (at < end) {
            byte c = line[at++];
            if (c == '\'') {
                endOfQuotes();
                return;
            }
            if (c == '\\' && at < end && line[at] == '\'') {
                c = line[at++];
            }
            word.write(c);
        }
        throw new RespProtocolException(UNBALANCED);
    }

    private void endOfQuotes() throws RespProtocolException {
        if (at < end && !isSpace(line[at])) {
            throw new RespProtocolException(UNBALANCED);
        }
    }

    private int hex(int index) {
        return Character.digit(line[index], 16);
    }

    private static int escaped(byte c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 0x07;
            default -> c;
        };
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
}
