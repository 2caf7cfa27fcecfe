package redisproxy.resp;

/**
 * A request that is refused before all of it has arrived. What is left of it is dropped as it arrives, so that it takes no memory
 * and hardly any time, and then the error is replied. Of its arguments there is the first one. Not thread-safe.
 */
final class TooLargeRequest implements Arguments {
    private static final int LINE_END_BYTES = 2;
    private static final int UNKNOWN = -1;

    private final CommandFigures figures;
    private final byte[] error;
    private final byte[] name;

    /** The arguments still to come, the one that is incomplete included. */
    private int missing;

    /** How many bytes of the present argument are still to come, its line end included; UNKNOWN before its header has been read. */
    private long left;

    /** How much of an incomplete header has been searched for its end. */
    private int searched;

    /** Begins where the parser has stopped, and counts as a call in these figures. */
    TooLargeRequest(CommandFigures figures, byte[] error, RequestParser incomplete) {
        this.figures = figures;
        this.error = error;
        this.name = incomplete.bytes(0);
        this.missing = incomplete.announcedCount() - incomplete.count();
        int length = incomplete.announcedLength();
        this.left = length < 0 ? UNKNOWN : (long) length + LINE_END_BYTES;
    }

    /**
     * Drops what there is of the request; returns how many bytes that is.
     *
     * @throws RespProtocolException if the bytes cannot be the rest of a request
     */
    int drop(byte[] array, int start, int end) throws RespProtocolException {
        int at = start;
        while (missing > 0 && at < end) {
            if (left == UNKNOWN) {
                int lineEnd = lineEnd(array, at, end);
                if (lineEnd == UNKNOWN) {
                    break;
                }
                left = (long) LengthLine.ofBulk(array, at, lineEnd) + LINE_END_BYTES;
                at = lineEnd + LINE_END_BYTES;
            }
            int dropped = (int) Math.min(left, end - at);
            at += dropped;
            left -= dropped;
            if (left == 0) {
                left = UNKNOWN;
                missing--;
            }
        }
        return at - start;
    }

    private int lineEnd(byte[] array, int start, int end) throws RespProtocolException {
        int at = LengthLine.end(array, start, start + searched, end, "too big bulk count string");
        boolean isWhole = at + 1 < end;
        searched = isWhole ? 0 : at - start;
        return isWhole ? at : UNKNOWN;
    }

    /** Returns whether all of it has been dropped. */
    boolean isOver() {
        return missing == 0;
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public byte[] array() {
        return name;
    }

    @Override
    public int offset(int index) {
        return 0;
    }

    @Override
    public int length(int index) {
        return name.length;
    }

    /** Refuses it, once it is over. */
    void refuse(Invocation invocation) {
        invocation.countAs(figures, /* firstKey= */ 0);
        invocation.refuse(error);
    }
}
