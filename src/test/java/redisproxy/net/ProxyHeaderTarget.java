package redisproxy.net;

/** Fuzz target: bytes are a header of the PROXY protocol, the beginning of one, or none, however they arrive; no more is read than may belong to it. */
public final class ProxyHeaderTarget {
    private ProxyHeaderTarget() {}

    public static void run(byte[] input) {
        HeaderReading whole = HeaderReading.of(input, input.length);
        if (whole.taken() > ProxyHeader.MOST_BYTES) {
            throw new AssertionError("took " + whole.taken() + " bytes");
        }
        if (whole.error() == null && !whole.isComplete() && input.length >= ProxyHeader.MOST_BYTES) {
            throw new AssertionError("wants more than " + ProxyHeader.MOST_BYTES + " bytes");
        }
        if (whole.error() != null && whole.error().length() > 300) {
            throw new AssertionError("long: " + whole.error());
        }
        for (int split = 0; split < Math.min(input.length, 256); split++) {
            HeaderReading other = HeaderReading.of(input, split);
            boolean isSame = whole.isComplete() == other.isComplete()
                    && String.valueOf(whole.source()).equals(String.valueOf(other.source()))
                    && (whole.error() == null) == (other.error() == null)
                    && (!whole.isComplete() || whole.taken() == other.taken());
            if (!isSame) {
                throw new AssertionError(
                        "%s, but %s in two pieces, the first of %d bytes".formatted(whole, other, split));
            }
        }
    }
}
