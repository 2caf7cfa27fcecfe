package redisproxy.testkit;

/** Finds where each reply of a stream ends, elements of arrays included. */
final class ReplyScanner {
    private static final int LINE_END_BYTES = 2;

    private byte type;
    private long length;
    private boolean isNegative;
    private boolean isInLine;

    /** How many bytes of a bulk string are still to come, its line end included. */
    private long bulkLeft;

    boolean isBetweenReplies() {
        return !isInLine && bulkLeft == 0;
    }

    void accept(byte next) {
        if (bulkLeft > 0) {
            bulkLeft--;
        } else if (!isInLine) {
            type = next;
            length = 0;
            isNegative = false;
            isInLine = true;
        } else if (next == '\n') {
            isInLine = false;
            bulkLeft = isBulk() && !isNegative ? length + LINE_END_BYTES : 0;
        } else if (next == '-') {
            isNegative = true;
        } else if (isBulk() && next != '\r') {
            length = 10 * length + next - '0';
        }
    }

    private boolean isBulk() {
        return type == '$' || type == '=' || type == '!';
    }
}
