package redisproxy.redis;

/** Which slot of a Cluster a key is in: the CRC16 (XMODEM) of the key, or of its hash tag if it has one, modulo the slots. */
final class KeySlot {
    private static final int POLYNOMIAL = 0x1021;

    /** What a byte adds to the CRC that has no bytes, one, two or three behind it: four bytes are looked up independently of each other. */
    private static final char[] LAST = new char[256];

    private static final char[] BEFORE_ONE = new char[256];
    private static final char[] BEFORE_TWO = new char[256];
    private static final char[] BEFORE_THREE = new char[256];

    static {
        for (int i = 0; i < LAST.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
            }
            LAST[i] = (char) crc;
        }
        for (int i = 0; i < LAST.length; i++) {
            BEFORE_ONE[i] = withZero(LAST[i]);
            BEFORE_TWO[i] = withZero(BEFORE_ONE[i]);
            BEFORE_THREE[i] = withZero(BEFORE_TWO[i]);
        }
    }

    private KeySlot() {}

    private static char withZero(int crc) {
        return (char) ((crc << 8) ^ LAST[crc >>> 8]);
    }

    /** Returns the slot of a key. */
    static int of(byte[] key) {
        for (int open = 0; open < key.length; open++) {
            if (key[open] == '{') {
                int close = open + 1;
                while (close < key.length && key[close] != '}') {
                    close++;
                }
                // Without a closing bracket, or with nothing between the brackets, it is the whole key that counts.
                return close < key.length && close > open + 1 ? slot(key, open + 1, close) : slot(key, 0, key.length);
            }
        }
        return slot(key, 0, key.length);
    }

    private static int slot(byte[] bytes, int from, int to) {
        int crc = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            crc = BEFORE_THREE[(crc >>> 8) ^ (bytes[i] & 0xFF)]
                    ^ BEFORE_TWO[(crc & 0xFF) ^ (bytes[i + 1] & 0xFF)]
                    ^ BEFORE_ONE[bytes[i + 2] & 0xFF]
                    ^ LAST[bytes[i + 3] & 0xFF];
        }
        for (; i < to; i++) {
            crc = ((crc << 8) & 0xFFFF) ^ LAST[(crc >>> 8) ^ (bytes[i] & 0xFF)];
        }
        return crc & (ClusterSlots.COUNT - 1);
    }
}
