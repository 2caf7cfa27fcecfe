package redisproxy.measure;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A key as it is counted, in bounded memory: of a key of more than 256 bytes the first 192, the last 64, and the length. Two such
 * keys that agree in these count as one. Immutable.
 */
public final class SampledKey {
    /** Keys of people and programs are shorter. */
    static final int MAX_BYTES = 256;

    /** Keys that belong together differ at their end. */
    static final int END_BYTES = 64;

    private static final int MAX_PREFIX_BYTES = 64;

    private final byte[] bytes;
    private final int length;
    private final int hash;

    private SampledKey(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
        this.hash = 31 * Arrays.hashCode(bytes) + length;
    }

    /** Returns the key in a part of an array, which is copied. */
    static SampledKey of(byte[] source, int offset, int length) {
        if (length <= MAX_BYTES) {
            return new SampledKey(Arrays.copyOfRange(source, offset, offset + length), length);
        }
        byte[] kept = Arrays.copyOfRange(source, offset, offset + MAX_BYTES);
        System.arraycopy(source, offset + length - END_BYTES, kept, MAX_BYTES - END_BYTES, END_BYTES);
        return new SampledKey(kept, length);
    }

    /**
     * Returns what keys of one kind begin with: the bytes up to the first {@code :}, {@code /} or {@code .}, which is included. It
     * is empty if there is none among the first bytes.
     */
    SampledKey prefix() {
        int end = Math.min(bytes.length, MAX_PREFIX_BYTES);
        for (int i = 0; i < end; i++) {
            if (bytes[i] == ':' || bytes[i] == '/' || bytes[i] == '.') {
                return of(bytes, 0, i + 1);
            }
        }
        return of(bytes, 0, 0);
    }

    /** Returns whether {@link #shown()} is the key itself. */
    public boolean isWhole() {
        return length <= MAX_BYTES;
    }

    int length() {
        return length;
    }

    /** Returns the key; of one that is not {@link #isWhole} its beginning and its end, with a remark between them. */
    public byte[] shown() {
        if (isWhole()) {
            return bytes.clone();
        }
        int begin = MAX_BYTES - END_BYTES;
        ByteArrayOutputStream shown = new ByteArrayOutputStream(MAX_BYTES + END_BYTES);
        shown.write(bytes, 0, begin);
        shown.writeBytes("...%d bytes...".formatted(length - MAX_BYTES).getBytes(StandardCharsets.US_ASCII));
        shown.write(bytes, begin, END_BYTES);
        return shown.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SampledKey key && length == key.length && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
