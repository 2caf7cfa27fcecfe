package redisproxy.http;

import org.jspecify.annotations.Nullable;

/** What an {@link Answer} says beside its body. */
public interface AnswerHead {
    /** Returns the status and the headers that belong to it. */
    Answer.Head head();

    /** Returns whether this is the value of a key, or says that it has not changed. */
    boolean hasValue();

    /** Returns the 64 bits that ETag shows, in hexadecimal digits between quotes, if {@link #hasValue}. */
    long tag();

    /** Returns Cache-Control if it is not the same for all with this {@link #head}, or null. */
    @Nullable
    HeaderField cacheControl();

    /** Returns Cache-Status. */
    HeaderField cacheStatus();

    /** Returns the length of the body in bytes. */
    int length();
}
