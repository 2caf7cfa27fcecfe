package redisproxy.redis;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.BackingStoreException;
import redisproxy.upstream.Question;

/** Asks Redis a question about a key by the command of the same name. */
record QuestionRequest(Question question) implements Request {
    private static final Map<Question.About, Protocol.Command> COMMANDS = new EnumMap<>(Map.of(
            Question.About.TTL, Protocol.Command.TTL,
            Question.About.PTTL, Protocol.Command.PTTL,
            Question.About.EXPIRETIME, Protocol.Command.EXPIRETIME,
            Question.About.PEXPIRETIME, Protocol.Command.PEXPIRETIME,
            Question.About.TYPE, Protocol.Command.TYPE));

    @Override
    public long waitedNanos() {
        return question.waitedNanos();
    }

    @Override
    public void send(OneTimeConnection to) {
        to.sendCommand(COMMANDS.get(question.about()), question.key());
    }

    @Override
    public void sent() {}

    @Override
    public void receive(OneTimeConnection from) {
        Object reply = Request.replyOrError(from);
        if (reply instanceof JedisDataException e) {
            question.fail(Failures.oneLine(e));
        } else if (reply instanceof Long number) {
            question.answer(number);
        } else if (reply instanceof byte[] word) {
            question.answer(new String(word, StandardCharsets.US_ASCII));
        } else {
            throw new JedisConnectionException("Unexpected reply to " + question.about());
        }
    }

    @Override
    public void fail(BackingStoreException cause) {
        question.fail(cause.isErrorReply() ? cause.getMessage() : "ERR " + cause.getMessage());
    }

    @Override
    public void flush() {
        question.flush();
    }

    @Override
    public Object recipient() {
        return question.recipient();
    }
}
