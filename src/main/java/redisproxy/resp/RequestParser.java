package redisproxy.resp;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Finds requests in the bytes of a client: arrays of bulk strings, {@code *2\r\n$3\r\nGET\r\n$1\r\nk\r\n}, and inline
 * commands, {@code GET k\r\n}. Limits and errors are those of Redis (networking.c, {@code processMultibulkBuffer} and
 * {@code processInlineBuffer}). Arguments are not copied: they are ranges of the array that was parsed.
 *
 * <p>The parser resumes where it stopped, so it examines each byte once, even if bytes arrive one by one. It allocates
 * nothing for a length that was only announced. Not thread-safe.
 */
final class RequestParser implements Arguments {
    /** Redis: PROTO_INLINE_MAX_SIZE; also bounds the line of a length. */
    static final int MAX_INLINE_BYTES = 64 * 1024;
    /** Redis: the bound on multibulk lengths that its protocol documentation gives. */
    static final int MAX_ARGUMENTS = 1024 * 1024;
    /** Redis: the default of proto-max-bulk-len. */
    static final int MAX_BULK_BYTES = 512 * 1024 * 1024;

    private static final int INITIAL_ARGUMENTS = 4;
    /** Larger argument tables are dropped after the request that needed them. */
    private static final int KEPT_ARGUMENTS = 1024;

    /** The first two bytes of a TLS connection are this and the next constant (RFC 8446, section 5.1). */
    private static final byte TLS_HANDSHAKE = 22;

    private static final byte TLS_MAJOR_VERSION = 3;
    private static final int UNKNOWN = -1;
    private static final int LINE_END_BYTES = 2;
    private static final byte[] NO_BYTES = {};

    /** Redis: what somebody may announce who has not logged in. */
    static final int MAX_STRANGERS_ARGUMENTS = 10;

    static final int MAX_STRANGERS_BULK_BYTES = 16 * 1024;

    private final BooleanSupplier isForStranger;
    private byte[] source = NO_BYTES;
    private int start;
    private int end;

    /** Where parsing resumes. Like all offsets here, relative to the start of the request. */
    private int position;
    /** Up to where the current line has been searched for its end. */
    private int searched;
    /** The number of arguments still to come, or UNKNOWN before the header of the array. */
    private int missing = UNKNOWN;
    /** The length of the bulk string whose header has been read, or UNKNOWN. */
    private int bulkLength = UNKNOWN;

    /** The whole request has been parsed; nothing changes until {@link #next()}. */
    private boolean complete;

    /** The arguments of the complete request lie in an array of their own. */
    private boolean gathered;

    private int count;
    private int[] offsets = new int[INITIAL_ARGUMENTS];
    private int[] lengths = new int[INITIAL_ARGUMENTS];

    RequestParser() {
        this(() -> false);
    }

    /** Makes a parser; {@code isForStranger} tells at a large request whether its sender has not logged in. */
    RequestParser(BooleanSupplier isForStranger) {
        this.isForStranger = isForStranger;
    }

    /**
     * Continues with the request that begins at {@code requestStart}. The bytes of it that an earlier call was given must
     * be unchanged; they may have moved to another place or array.
     *
     * @return true if the request is complete: its arguments may be read until {@link #next()}; false if it needs more
     *     bytes
     * @throws RespProtocolException if the bytes cannot begin a request
     */
    boolean parse(byte[] buffer, int requestStart, int bufferEnd) throws RespProtocolException {
        if (requestStart == bufferEnd) {
            return false;
        }
        if (!gathered) {
            source = buffer;
            start = requestStart;
            end = bufferEnd;
        }
        if (!complete) {
            complete = source[start] == '*' ? parseArray() : parseInline();
        }
        return complete;
    }

    /** Returns the length of the complete request in bytes. */
    int requestLength() {
        return position;
    }

    /** Returns how many arguments an incomplete request announces; 0 before it does, or if it is no array. */
    int announcedCount() {
        return missing == UNKNOWN ? 0 : count + missing;
    }

    /** Returns the length that an incomplete request announces for the argument that follows those read, or -1 before it does. */
    int announcedLength() {
        return bulkLength;
    }

    /** Returns how many bytes of an incomplete request lie before the part that is incomplete, the header of an argument included. */
    int parsedBytes() {
        return position;
    }

    /** Ends the request; {@link #parse} then begins the next one. */
    void next() {
        complete = false;
        gathered = false;
        position = 0;
        searched = 0;
        missing = UNKNOWN;
        bulkLength = UNKNOWN;
        count = 0;
        source = NO_BYTES;
        if (offsets.length > KEPT_ARGUMENTS) {
            offsets = new int[INITIAL_ARGUMENTS];
            lengths = new int[INITIAL_ARGUMENTS];
        }
    }

    /** Returns the memory that a request of many arguments takes here until it is complete. */
    int tableBytes() {
        return offsets.length > KEPT_ARGUMENTS ? 2 * Integer.BYTES * offsets.length : 0;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public byte[] array() {
        return source;
    }

    @Override
    public int offset(int index) {
        return start + offsets[index];
    }

    @Override
    public int length(int index) {
        return lengths[index];
    }

    @Override
    public byte[] request() {
        // An array of bulk strings is passed on as it came.
        return gathered ? Arguments.super.request() : Arrays.copyOfRange(source, start, start + position);
    }

    private boolean parseArray() throws RespProtocolException {
        if (missing == UNKNOWN) {
            int lineEnd = findLengthLine("too big mbulk count string");
            if (lineEnd == UNKNOWN) {
                return false;
            }
            long announced = LengthLine.number(source, start + 1, lineEnd, MAX_ARGUMENTS, "invalid multibulk length");
            if (announced > MAX_STRANGERS_ARGUMENTS && isForStranger.getAsBoolean()) {
                throw new RespProtocolException("unauthenticated multibulk length");
            }
            missing = (int) Math.max(announced, 0);
            nextLine(lineEnd);
        }
        while (missing > 0) {
            if (!parseBulkString()) {
                return false;
            }
            missing--;
        }
        return true;
    }

    private boolean parseBulkString() throws RespProtocolException {
        if (bulkLength == UNKNOWN) {
            int lineEnd = findLengthLine("too big bulk count string");
            if (lineEnd == UNKNOWN) {
                return false;
            }
            int announced = LengthLine.ofBulk(source, start + position, lineEnd);
            if (announced > MAX_STRANGERS_BULK_BYTES && isForStranger.getAsBoolean()) {
                throw new RespProtocolException("unauthenticated bulk length");
            }
            bulkLength = announced;
            nextLine(lineEnd);
        }
        if (end - start - position < bulkLength + LINE_END_BYTES) {
            return false;
        }
        addArgument(position, bulkLength);
        position += bulkLength + LINE_END_BYTES;
        searched = position;
        bulkLength = UNKNOWN;
        return true;
    }

    /** Returns the index of the CR that ends the current line if the LF has arrived too, else UNKNOWN. */
    private int findLengthLine(String tooLong) throws RespProtocolException {
        int at = LengthLine.end(source, start + position, start + searched, end, tooLong);
        searched = at - start;
        return at + 1 < end ? at : UNKNOWN;
    }

    private void nextLine(int lineEnd) {
        position = lineEnd + LINE_END_BYTES - start;
        searched = position;
    }

    private boolean parseInline() throws RespProtocolException {
        if (end - start > 1 && source[start] == TLS_HANDSHAKE && source[start + 1] == TLS_MAJOR_VERSION) {
            // A handshake need not contain the end of a line: without this, the client would wait for a reply.
            throw new RespProtocolException("unexpected TLS handshake");
        }
        int at = start + searched;
        while (at < end && source[at] != '\n') {
            at++;
        }
        searched = at - start;
        if (searched > MAX_INLINE_BYTES) {
            throw new RespProtocolException("too big inline request");
        }
        if (at == end) {
            return false;
        }
        int lineEnd = at > start && source[at - 1] == '\r' ? at - 1 : at;
        position = at + 1 - start;
        byte[][] words = InlineSplitter.split(source, start, lineEnd);
        gather(words);
        return true;
    }

    /** Gives the words an array of their own: once unquoted, they need not be ranges of the line. */
    private void gather(byte[][] words) {
        int total = 0;
        for (byte[] word : words) {
            total += word.length;
        }
        source = new byte[total];
        start = 0;
        gathered = true;
        int at = 0;
        for (byte[] word : words) {
            System.arraycopy(word, 0, source, at, word.length);
            addArgument(at, word.length);
            at += word.length;
        }
    }

    private void addArgument(int offset, int length) {
        if (count == offsets.length) {
            int grown = Math.min(count * 2, MAX_ARGUMENTS);
            offsets = Arrays.copyOf(offsets, grown);
            lengths = Arrays.copyOf(lengths, grown);
        }
        offsets[count] = offset;
        lengths[count] = length;
        count++;
    }
}
