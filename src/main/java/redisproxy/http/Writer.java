package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.KeyAccess;
import redisproxy.auth.Principal;
import redisproxy.cache.PendingWrite;
import redisproxy.upstream.Relay;

/**
 * Writes to Redis what requests say: {@code PUT /{key}}, {@code DELETE /{key}}, and {@code POST /query} with a form. Reads bodies and
 * waits for Redis asynchronously, so that no thread waits. Thread-safe.
 */
public final class Writer {
    /** Redis takes no longer values by default (proto-max-bulk-len). */
    public static final int MAX_BODY_BYTES_LIMIT = 512 * 1024 * 1024;

    private static final String FORM = "application/x-www-form-urlencoded";

    private final WriteRules rules;
    private final Relay relay;
    private final Function<List<byte[]>, PendingWrite> fences;
    private final BodyMemory memory;
    private volatile Limits limits;

    private record Limits(int maxBodyBytes, long clientNanos) {}

    /**
     * Makes a writer.
     *
     * @param relay passes commands on
     * @param fences keeps keys out of the cache from when it is called until the write is over
     * @param memory counts what is held for bodies
     * @param maxBodyBytes the longest body, at most {@link #MAX_BODY_BYTES_LIMIT}
     * @param clientTimeout how long a body may take to arrive
     */
    public Writer(
            WriteRules rules,
            Relay relay,
            Function<List<byte[]>, PendingWrite> fences,
            BodyMemory memory,
            int maxBodyBytes,
            Duration clientTimeout) {
        this.rules = rules;
        this.relay = relay;
        this.fences = fences;
        this.memory = memory;
        this.limits = new Limits(maxBodyBytes, clientTimeout.toNanos());
    }

    /** Has requests that begin from now on have these limits. */
    public void change(int maxBodyBytes, Duration clientTimeout) {
        limits = new Limits(maxBodyBytes, clientTimeout.toNanos());
    }

    /** Returns which methods write. */
    public WriteRules rules() {
        return rules;
    }

    /** Answers a request with a method that writes, now or later. */
    void answer(HttpServletRequest request, HttpServletResponse response, WriteMethod method, Answers answers)
            throws IOException {
        String path = CacheServlet.path(request);
        WriteTarget target;
        try {
            target = method == WriteMethod.POST ? null : target(request, path, method);
        } catch (BadTargetException e) {
            refuse(request, response, answers.badTarget(e));
            return;
        }
        boolean hasMeaning = method == WriteMethod.POST ? WriteRules.isForm(path) : target != null;
        if (!hasMeaning) {
            refuse(request, response, answers.methodNotAllowed(rules.methods(path)));
            return;
        }
        WriteConditions conditions = WriteConditions.of(request);
        Answer refusal = refusal(request, method, answers.writes());
        if (refusal == null && target != null) {
            refusal = denial(request, method, target.key(), conditions, answers.writes());
        }
        if (refusal != null) {
            refuse(request, response, refusal);
            return;
        }
        begin(request, response, method, target, conditions, answers);
    }

    private static @Nullable WriteTarget target(HttpServletRequest request, String path, WriteMethod method)
            throws BadTargetException {
        return WriteTarget.of(path, request.getQueryString(), /* mayExpire= */ method == WriteMethod.PUT);
    }

    /** Returns the answer to a request whose body is not what it should be, as far as its head tells, or null. */
    private @Nullable Answer refusal(HttpServletRequest request, WriteMethod method, WriteAnswers answers) {
        if (method == WriteMethod.DELETE) {
            return null;
        }
        String coding = request.getHeader("Content-Encoding");
        if (coding != null && !coding.strip().equalsIgnoreCase("identity")) {
            // It would be served without the coding, which Redis has no place for.
            return answers.unsupported("Content-Encoding: '%s' (expected: none; the value is kept as it is sent)"
                    .formatted(WriteTarget.shortened(coding)));
        }
        if (request.getHeader("Content-Range") != null) {
            // RFC 9110, section 14.5: a part must not be taken for the whole.
            return answers.badRequest("Content-Range: not accepted (expected: a whole value)");
        }
        if (method == WriteMethod.POST) {
            if (request.getQueryString() != null) {
                return answers.badRequest("POST has no parameters in the target (expected: key and value in its body)");
            }
            if (!isForm(request.getContentType())) {
                return answers.unsupported("Content-Type: '%s' (expected: %s)"
                        .formatted(WriteTarget.shortened(String.valueOf(request.getContentType())), FORM));
            }
        }
        int most = limits.maxBodyBytes();
        return request.getContentLengthLong() > most ? answers.tooLarge(most) : null;
    }

    private static boolean isForm(@Nullable String contentType) {
        return contentType != null
                && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(FORM);
    }

    /** Returns the answer to a request whose sender may not do this with the key, or null. */
    private static @Nullable Answer denial(
            HttpServletRequest request,
            WriteMethod method,
            byte[] key,
            WriteConditions conditions,
            WriteAnswers answers) {
        Principal principal = AuthFilter.principal(request);
        if (!principal.mayRun(method.command()) || !principal.may(KeyAccess.WRITE, key)) {
            return answers.forbidden();
        }
        return conditions.compare() && !principal.mayGet(key, 0, key.length) ? answers.forbiddenToCompare() : null;
    }

    private void begin(
            HttpServletRequest request,
            HttpServletResponse response,
            WriteMethod method,
            @Nullable WriteTarget target,
            WriteConditions conditions,
            Answers answers)
            throws IOException {
        AsyncContext context = CacheServlet.startAsync(request, response);
        PendingWriteResponse pending = new PendingWriteResponse(request, response, context);
        if (method == WriteMethod.DELETE && target != null) {
            new WriteRun(relay, fences, method, target, null, conditions, answers.writes(), pending).start();
            return;
        }
        Limits present = limits;
        RequestBody.read(
                context,
                present.maxBodyBytes(),
                present.clientNanos(),
                memory,
                (body, share) -> {
                    pending.holds(share);
                    write(method, target, body, conditions, answers, pending);
                },
                failure -> pending.refuse(answer(failure, present, answers)));
    }

    private void write(
            WriteMethod method,
            @Nullable WriteTarget target,
            Content body,
            WriteConditions conditions,
            Answers answers,
            PendingWriteResponse pending) {
        if (target != null) {
            new WriteRun(relay, fences, method, target, body, conditions, answers.writes(), pending).start();
            return;
        }
        try {
            WriteForm form = WriteForm.of(body.toArray());
            byte[] key = form.target().key();
            Answer denial = denial(pending.request(), method, key, conditions, answers.writes());
            if (denial == null) {
                new WriteRun(relay, fences, method, form.target(), form.value(), conditions, answers.writes(), pending)
                        .start();
            } else {
                pending.respond(denial);
            }
        } catch (BadTargetException e) {
            pending.respond(answers.badTarget(e));
        }
    }

    private @Nullable Answer answer(RequestBody.Failure failure, Limits limits, Answers answers) {
        return switch (failure) {
            case TOO_LARGE -> answers.writes().tooLarge(limits.maxBodyBytes());
            case OUT_OF_MEMORY -> answers.outOfMemory(memory.mostOfAll());
            case TOO_SLOW -> answers.requestTimeout();
            case GONE -> null;
        };
    }

    /** The body has not been read, so that no further request of the connection can be. */
    private static void refuse(HttpServletRequest request, HttpServletResponse response, Answer answer)
            throws IOException {
        PendingWriteResponse.close(request, response);
        Responses.writeWhole(request, response, answer);
    }
}
