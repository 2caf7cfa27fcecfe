package redisproxy.admin.api;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers a read with what a question returns. Thread-safe; never waits for the client to read. */
final class ReadHandler extends Handler.Abstract {
    private final Question question;

    /** What answers a read. */
    @FunctionalInterface
    interface Question {
        /**
         * Returns a record, a list or a map.
         *
         * @param query as it was sent
         * @throws BadRequestException if a parameter is missing or not accepted
         */
        Object answer(@Nullable String query) throws BadRequestException;
    }

    ReadHandler(Question question) {
        this.question = question;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object answer;
        try {
            answer = question.answer(request.getHttpURI().getQuery());
        } catch (BadRequestException e) {
            Answer.problem(response, callback, HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
            return true;
        }
        Answer.json(response, callback, answer);
        return true;
    }
}
