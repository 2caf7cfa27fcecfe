package redisproxy.http;

import java.util.concurrent.atomic.LongAdder;

/** Makes the answers to requests that write, and counts them. Call a method once for each request. Thread-safe; no method blocks. */
final class WriteAnswers {
    private static final String WRONG_TYPE = "WRONGTYPE";

    private final HttpCounters counters;

    WriteAnswers(HttpCounters counters) {
        this.counters = counters;
    }

    /* --------------- Redis, or a condition, has decided --------------- */

    /** Returns the answer to a request whose value the key has now; {@code tag} is that of the value. */
    Answer written(boolean isNew, long tag) {
        counters.puts.increment();
        return Answer.written(isNew ? Answer.Head.CREATED : Answer.Head.WRITTEN, tag);
    }

    /** Returns the answer to a request that has deleted a key. */
    Answer deleted() {
        counters.deletes.increment();
        return Answer.written(Answer.Head.WRITTEN, Answer.NO_TAG);
    }

    /** Returns the answer to a request that was to delete a key that there is not. */
    Answer nothingToDelete() {
        counters.deletes.increment();
        return Answer.written(Answer.Head.NOT_DELETED, Answer.NO_TAG);
    }

    /** Returns the answer to a request that has changed nothing because of its conditions. */
    Answer failedPrecondition(WriteMethod method) {
        executed(method).increment();
        counters.preconditionsFailed.increment();
        return Answer.text(
                Answer.Head.PRECONDITION_FAILED,
                "the key is not as If-Match or If-None-Match wants it; nothing has changed\n",
                CacheStatus.WRITE);
    }

    private LongAdder executed(WriteMethod method) {
        return method == WriteMethod.DELETE ? counters.deletes : counters.puts;
    }

    /** Returns the answer to a request that Redis has answered with this error. */
    Answer refused(WriteMethod method, String error) {
        failed(method).increment();
        Answer.Head head = error.startsWith(WRONG_TYPE) ? Answer.Head.WRONG_TYPE : Answer.Head.UNAVAILABLE;
        return Answer.text(head, error + "\n", CacheStatus.WRITE);
    }

    /** Returns the answer to a request that Redis has not answered; {@code error} says whether it may have been executed. */
    Answer unavailable(WriteMethod method, String error) {
        failed(method).increment();
        return Answer.text(Answer.Head.UNAVAILABLE, error + "\n", CacheStatus.WRITE_UNAVAILABLE);
    }

    private LongAdder failed(WriteMethod method) {
        return method == WriteMethod.DELETE ? counters.failedDeletes : counters.failedPuts;
    }

    /* --------------- Redis was not asked --------------- */

    /** Returns the answer to a request for a key that its sender may not write, or compare. */
    Answer forbidden() {
        counters.denied.increment();
        return Answer.text(Answer.Head.FORBIDDEN, "this user has no permissions to write this key\n");
    }

    /** Returns the answer to a request with conditions on a value that its sender may not read. */
    Answer forbiddenToCompare() {
        counters.denied.increment();
        return Answer.text(
                Answer.Head.FORBIDDEN,
                "this user has no permissions to read this key, which If-Match and If-None-Match do\n");
    }

    /** Returns the answer to a request that cannot be what its sender means. */
    Answer badRequest(String text) {
        counters.badRequests.increment();
        return Answer.text(Answer.Head.BAD_REQUEST, text + "\n");
    }

    /** Returns the answer to a request with a body of another form; {@code text} says which is expected. */
    Answer unsupported(String text) {
        counters.badRequests.increment();
        return Answer.text(Answer.Head.UNSUPPORTED_MEDIA, text + "\n");
    }

    /** Returns the answer to a request whose body is longer than {@code most} bytes. */
    Answer tooLarge(long most) {
        counters.badRequests.increment();
        return Answer.text(
                Answer.Head.TOO_LARGE, "the body is longer than %d bytes (MAX_BODY_BYTES)\n".formatted(most));
    }
}
