package redisproxy.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import redisproxy.testkit.Bytes;

/** Fuzz target: properties of the path and query decoder for any target, and for any key in the encodings of clients. */
public final class KeyInTargetTarget {
    private static final HexFormat PERCENT = HexFormat.ofDelimiter("%").withUpperCase();

    private KeyInTargetTarget() {}

    public static void run(byte[] input) {
        // Containers pass targets on in either form.
        decodesOrRefuses(new String(input, UTF_8));
        decodesOrRefuses(new String(input, ISO_8859_1));
        findsTheSameInBytes(input);
        if (input.length > 0) {
            keepsWhatIsEncoded(input);
        }
    }

    private static void decodesOrRefuses(String target) {
        int question = target.indexOf('?');
        String path = "/" + (question < 0 ? target : target.substring(0, question));
        String query = question < 0 ? null : target.substring(question + 1);
        boolean isKey = path.length() > 1;
        try {
            byte[] key = RequestTarget.key(path, query);
            if ((key != null) != isKey || (key != null && key.length == 0)) {
                throw new AssertionError("the key of " + target);
            }
            RequestTarget.key("/query", target);
        } catch (BadTargetException refused) {
            if (String.valueOf(refused.getMessage()).isEmpty()) {
                throw new AssertionError("refused without a word: " + target, refused);
            }
        }
    }

    private static void findsTheSameInBytes(byte[] input) {
        int end = RequestTarget.keyEnd(input, 0, input.length);
        if (end > 0) {
            byte[] path = Arrays.copyOf(input, end);
            byte[] key = Arrays.copyOf(path, RequestTarget.decodeKey(path, 0, end));
            decodesTo(key, "/" + new String(input, 0, end, ISO_8859_1), null);
        }
        int parameterEnd = RequestTarget.parameterEnd(input, 0, input.length);
        if (parameterEnd > 0) {
            byte[] parameter = Arrays.copyOf(input, parameterEnd);
            byte[] key = Arrays.copyOf(parameter, RequestTarget.decodeKey(parameter, 0, parameterEnd));
            decodesTo(key, "/query", "key=" + new String(input, 0, parameterEnd, ISO_8859_1));
        }
    }

    private static void keepsWhatIsEncoded(byte[] key) {
        String encoded = "%" + PERCENT.formatHex(key);
        decodesTo(key, "/" + encoded, null);
        decodesTo(key, "/" + encoded, encoded);
        decodesTo(key, "/query", "key=" + encoded);
        decodesTo(key, "/query", "a=" + encoded + "&k%65y=" + encoded);
        String text = new String(key, UTF_8);
        decodesTo(text.getBytes(UTF_8), "//query", "key=" + URLEncoder.encode(text, UTF_8));
    }

    private static void decodesTo(byte[] key, String path, @Nullable String query) {
        byte[] decoded;
        try {
            decoded = RequestTarget.key(path, query);
        } catch (BadTargetException refused) {
            throw new AssertionError(path + "?" + query, refused);
        }
        if (!Arrays.equals(key, decoded)) {
            String got = decoded == null ? "none" : Bytes.of(decoded).toString();
            throw new AssertionError("%s?%s gives %s instead of %s".formatted(path, query, got, Bytes.of(key)));
        }
    }
}
