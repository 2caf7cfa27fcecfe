package redisproxy.cache;

import java.nio.ByteBuffer;
import java.util.Random;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Keys in the order in which they are asked for, drawn beforehand. They follow each other in memory, as what has just
 * been read from a socket is close at hand: what is measured is the way to the entry, not the way to the key.
 */
public final class Requests {
    /** A power of two; asked for over and over. */
    public static final int COUNT = 1 << 20;

    public static final int KEY_BYTES = 16;

    private static final long SEED = 42;
    private static final long KEY_PREFIX = 0x6b65793a6b65793aL;

    private final byte[] bytes;

    public Requests(Distribution distribution, int entries) {
        ByteBuffer keys = ByteBuffer.allocate(COUNT * KEY_BYTES);
        for (int entry : distribution.draw(entries, COUNT, new Random(SEED))) {
            keys.put(key(entry));
        }
        this.bytes = keys.array();
    }

    /** Returns a new array with the key of that number. */
    static byte[] key(long number) {
        return ByteBuffer.allocate(KEY_BYTES)
                .putLong(KEY_PREFIX)
                .putLong(number)
                .array();
    }

    /** Returns all keys, one after the other, each {@link #KEY_BYTES} long. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns all keys as objects with their hashes, none of them the object that a cache holds. */
    Key[] objects() {
        Key[] keys = new Key[COUNT];
        for (int i = 0; i < COUNT; i++) {
            byte[] key = new byte[KEY_BYTES];
            System.arraycopy(bytes, i * KEY_BYTES, key, 0, KEY_BYTES);
            keys[i] = new Key(key);
        }
        return keys;
    }

    /** Where a thread is in the requests; each begins at a place of its own. */
    @State(Scope.Thread)
    public static class Cursor {
        private int position;

        @Setup
        public void start(ThreadParams thread) {
            position = COUNT / thread.getThreadCount() * thread.getThreadIndex();
        }

        /** Returns the index of the next request. */
        public int next() {
            return position++ & (COUNT - 1);
        }
    }
}
