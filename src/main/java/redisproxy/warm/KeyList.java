package redisproxy.warm;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import redisproxy.cache.RecentKeys;

/** A list of keys as JSON: what {@code /api/v1/recent} answers and what a file holds. The hottest key comes first. */
final class KeyList {
    /** Keys in base64 are longer by a third, and each has two quotes and a comma. */
    static final int MOST_BYTES = RecentKeys.MOST_BYTES / 3 * 4 + 5 * RecentKeys.MOST;

    private static final String KEYS = "keys64";

    private KeyList() {}

    static byte[] write(List<byte[]> keys) throws IOException {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return JSON.std.asBytes(
                Map.of(KEYS, keys.stream().map(base64::encodeToString).toList()));
    }

    /**
     * Reads at most so many keys; those behind them are passed over.
     *
     * @throws IOException if that is no such list; the message is a clause
     */
    static List<byte[]> read(InputStream in, int most) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw new IOException("the list has more than %d bytes".formatted(MOST_BYTES));
        }
        List<byte[]> keys = new ArrayList<>();
        for (Object each : list(bytes)) {
            if (keys.size() == most) {
                break;
            }
            keys.add(decoded(each));
        }
        return keys;
    }

    private static List<?> list(byte[] bytes) throws IOException {
        Object read;
        try {
            read = JSON.std.anyFrom(bytes);
        } catch (IOException e) {
            // Its own message shows a part of the text.
            throw new IOException("the list is no JSON", e);
        }
        if (read instanceof Map<?, ?> map && map.get(KEYS) instanceof List<?> list) {
            return list;
        }
        throw new IOException("the list has no member " + KEYS);
    }

    private static byte[] decoded(Object each) throws IOException {
        try {
            if (each instanceof String text) {
                return Base64.getUrlDecoder().decode(text);
            }
        } catch (IllegalArgumentException e) {
            // Told below.
        }
        throw new IOException("a key is not in base64url");
    }
}
