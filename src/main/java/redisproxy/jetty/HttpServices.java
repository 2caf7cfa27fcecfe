package redisproxy.jetty;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.http.Answers;
import redisproxy.http.Browsers;
import redisproxy.http.Permits;
import redisproxy.measure.AccessLog;
import redisproxy.net.ClientMemory;
import redisproxy.net.TurnLimiter;

/**
 * What all connections of a port share.
 *
 * @param answers those of the cache
 * @param permits bound the requests in process
 * @param encoder encodes answers
 * @param heads header sections that connections have learned
 * @param memory bounds what is held for all clients of both ports
 * @param turns limit costly requests of clients that send without a pause
 * @param headReads bounds the threads that read heads that have not arrived as a whole
 * @param authority says who may read what
 * @param browsers says which pages may have a browser ask the port
 * @param accessLog takes each request, or is null
 * @param clientNanos returns how long a client may take to send a request's head, or to read
 */
record HttpServices(
        Answers answers,
        Permits permits,
        AnswerEncoder encoder,
        RepeatableHeads heads,
        ClientMemory memory,
        TurnLimiter turns,
        HeadReads headReads,
        Authority authority,
        Browsers browsers,
        @Nullable AccessLog accessLog,
        LongSupplier clientNanos) {}
