package redisproxy.cache;

import java.util.Arrays;

/** A key that owns its bytes, with its hash. Immutable: the array must not be written to. */
final class Key {
    private static final byte[] NO_BYTES = {};

    final byte[] bytes;
    final int hash;

    Key(byte[] bytes) {
        this(bytes, KeyHash.hash(bytes, 0, bytes.length));
    }

    private Key(byte[] bytes, int hash) {
        this.bytes = bytes;
        this.hash = hash;
    }

    /** Returns the hash without the bytes, for an entry that no table holds. */
    Key unnamed() {
        return new Key(NO_BYTES, hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && key.hash == hash && Arrays.equals(key.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
