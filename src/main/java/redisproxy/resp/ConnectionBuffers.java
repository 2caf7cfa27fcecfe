package redisproxy.resp;

/**
 * What the memory of one connection holds, as CLIENT LIST shows it (redis.io, "CLIENT LIST"). Immutable. The figures are taken
 * without waiting for the thread that works for the connection, and may be a moment old.
 *
 * @param input bytes of requests that have not been executed
 * @param inputFree bytes that the memory for input has room for
 * @param output bytes of replies in the output buffer
 * @param outputHeld bytes of the output buffer, 0 while it is given back
 * @param queued replies that wait behind the output buffer
 * @param queuedBytes bytes that those replies take or are expected to take
 * @param isWriting whether the client has not taken all that is being written
 */
record ConnectionBuffers(
        int input, int inputFree, int output, int outputHeld, int queued, long queuedBytes, boolean isWriting) {
    static final ConnectionBuffers EMPTY = new ConnectionBuffers(0, 0, 0, 0, 0, 0, false);

    /** Appends the fields of a line of CLIENT LIST, from {@code qbuf} to {@code events}. */
    void describe(StringBuilder line) {
        line.append(" qbuf=").append(input).append(" qbuf-free=").append(inputFree);
        // Arguments stay in the input until the request has been executed, and Redis has what is queued in
        // transactions.
        line.append(" argv-mem=0 multi-mem=0");
        line.append(" rbs=").append(outputHeld).append(" rbp=").append(outputHeld);
        line.append(" obl=")
                .append(output)
                .append(" oll=")
                .append(queued)
                .append(" omem=")
                .append(queuedBytes);
        line.append(" tot-mem=").append(input + inputFree + outputHeld + queuedBytes);
        line.append(" events=").append(isWriting ? "rw" : "r");
    }
}
