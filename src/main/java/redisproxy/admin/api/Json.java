package redisproxy.admin.api;

import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JSONObjectException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** Writes records as JSON, and reads objects from it. Thread-safe. */
final class Json {
    private static final JSON JACKSON =
            JSON.builder().enable(JSON.Feature.WRITE_NULL_PROPERTIES).build();

    private Json() {}

    /** Returns a record, a list or a map as JSON in UTF-8; absent figures are null. */
    static byte[] write(Object value) {
        try {
            return JACKSON.asBytes(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads one JSON object.
     *
     * @throws BadRequestException if that is none
     */
    static Map<String, Object> readObject(ByteBuffer bytes) throws BadRequestException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        try {
            Map<String, Object> read = JACKSON.mapFrom(copy);
            if (read == null) {
                throw new BadRequestException("the body is not accepted (expected: one JSON object)");
            }
            return read;
        } catch (JSONObjectException e) {
            throw new BadRequestException("the body is not accepted (expected: one JSON object)");
        } catch (IOException e) {
            throw new BadRequestException("the body is no JSON (expected: one JSON object)");
        }
    }
}
