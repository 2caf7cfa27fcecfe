package redisproxy.redis;

import java.util.EnumMap;
import java.util.Map;
import redis.clients.jedis.Protocol;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;
import redisproxy.redis.RespReader.ErrorReply;
import redisproxy.redis.RespReader.SimpleString;
import redisproxy.upstream.Question;

/**
 * Asks Redis a question about a key by the command of the same name.
 *
 * @param asking whether {@code ASKING} goes before the command
 */
record QuestionRequest(Question question, int hops, boolean asking) implements KeyRequest {
    private static final Map<Question.About, Protocol.Command> COMMANDS = new EnumMap<>(Map.of(
            Question.About.TTL, Protocol.Command.TTL,
            Question.About.PTTL, Protocol.Command.PTTL,
            Question.About.EXPIRETIME, Protocol.Command.EXPIRETIME,
            Question.About.PEXPIRETIME, Protocol.Command.PEXPIRETIME,
            Question.About.TYPE, Protocol.Command.TYPE,
            Question.About.EXISTS, Protocol.Command.EXISTS,
            Question.About.STRLEN, Protocol.Command.STRLEN));

    private static final String NO_TYPE = "none";
    private static final long NO_KEY = -2;

    QuestionRequest(Question question) {
        this(question, 0, false);
    }

    @Override
    public byte[] key() {
        return question.key();
    }

    @Override
    public QuestionRequest referred(boolean isAsking) {
        return new QuestionRequest(question, hops + 1, isAsking);
    }

    @Override
    public QuestionRequest again() {
        return new QuestionRequest(question, hops, false);
    }

    @Override
    public long waitedNanos() {
        return question.waitedNanos();
    }

    @Override
    public void send(Link to, Term term) {
        to.askFor(asking);
        to.sendCommand(COMMANDS.get(question.about()), question.key());
    }

    @Override
    public void sent() {}

    @Override
    public void receive(Link from) {
        from.admitted(asking);
        Object reply = from.reply();
        if (reply instanceof ErrorReply error) {
            if (!from.rerouting().takesOver(this, error.text())) {
                fail(from.refusal(error));
            }
        } else if (question.about() == Question.About.TYPE && reply instanceof SimpleString word) {
            if (!word.text().equals(NO_TYPE) || !from.rerouting().takesOverAbsent(this)) {
                question.answer(word.text());
            }
        } else if (question.about() != Question.About.TYPE && reply instanceof Long number) {
            if (number != answerWhenAbsent() || !from.rerouting().takesOverAbsent(this)) {
                question.answer(number);
            }
        } else {
            throw new MalformedReplyException("a reply of the wrong type to " + question.about());
        }
    }

    /** Returns what Redis answers when there is no such key; STRLEN does for an empty value too. */
    private long answerWhenAbsent() {
        return switch (question.about()) {
            case EXISTS, STRLEN -> 0;
            default -> NO_KEY;
        };
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
