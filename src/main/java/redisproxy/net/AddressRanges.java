package redisproxy.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses of IPv4 and IPv6, as networks ({@code 10.0.0.0/8}) and single ones. Immutable; never blocks, since no name is looked up. */
public final class AddressRanges {
    private static final String EXPECTED = " (expected: an address, or a network such as 10.0.0.0/8)";

    private final List<Range> ranges;

    private static final class Range {
        private final byte[] address;
        private final int bits;

        Range(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            int rest = bits % Byte.SIZE;
            return Arrays.equals(address, 0, whole, other, 0, whole)
                    && (rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >> (Byte.SIZE - rest) == 0);
        }

        /** Whether all bits behind the network's are zero. */
        boolean isNetwork() {
            for (int i = bits; i < address.length * Byte.SIZE; i++) {
                if (((address[i / Byte.SIZE] >> (Byte.SIZE - 1 - i % Byte.SIZE)) & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private AddressRanges(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Reads addresses and networks.
     *
     * @throws IllegalArgumentException if a text is neither; the message names it
     */
    public static AddressRanges of(List<String> texts) {
        return new AddressRanges(texts.stream().map(AddressRanges::range).toList());
    }

    private static Range range(String text) {
        int slash = text.indexOf('/');
        InetAddress address = IpLiterals.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "'" + EXPECTED);
        }
        byte[] bytes = address.getAddress();
        int most = bytes.length * Byte.SIZE;
        int bits = slash < 0 ? most : IpLiterals.decimal(text.substring(slash + 1), 3);
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException(
                    "'%s': the length of the network's prefix (expected: 0 to %d)".formatted(text, most));
        }
        Range range = new Range(bytes, bits);
        if (!range.isNetwork()) {
            throw new IllegalArgumentException(
                    "'%s' has bits behind the network's prefix (expected: zeros there, or /%d for one address)"
                            .formatted(text, most));
        }
        return range;
    }

    /** Returns whether one of the ranges holds the address; none holds null. */
    public boolean contains(@Nullable InetAddress address) {
        if (address == null) {
            return false;
        }
        byte[] bytes = address.getAddress();
        for (Range range : ranges) {
            if (range.contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}
