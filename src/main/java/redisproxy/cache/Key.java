package redisproxy.cache;

import java.util.Arrays;

/** A key that owns its bytes, with its hash. Immutable: the array must not be written to. */
final class Key {
    final byte[] bytes;
    final int hash;

    Key(byte[] bytes) {
        this.bytes = bytes;
        this.hash = KeyHash.hash(bytes, 0, bytes.length);
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
