package redisproxy.near;

import java.util.Arrays;

/** A key, or a prefix of keys, by its bytes. Has an order, so that keys that are made to have one hash are still found fast. Immutable. */
final class NearKey implements Comparable<NearKey> {
    final byte[] bytes;
    private final int hash;

    /** Takes the array over. */
    NearKey(byte[] bytes) {
        this.bytes = bytes;
        int plain = Arrays.hashCode(bytes);
        this.hash = plain ^ (plain >>> 16);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NearKey key && hash == key.hash && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int compareTo(NearKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return Arrays.toString(bytes);
    }
}
