package redisproxy.resp;

import redisproxy.upstream.AnswerListener;

/** The reply to a question that is asked of the backing store each time. Thread-safe, as its {@link Reply} is. */
final class QuestionReply implements AnswerListener {
    private final Reply reply;

    private QuestionReply(Reply reply) {
        this.reply = reply;
    }

    static QuestionReply to(Reply reply) {
        reply.came(CommandResult.BYPASS);
        return new QuestionReply(reply);
    }

    @Override
    public void answered(long number) {
        reply.encoded(new ReplyBuilder(false).integer(number).toBytes());
    }

    @Override
    public void answered(String word) {
        reply.encoded(new ReplyBuilder(false).simple(word).toBytes());
    }

    @Override
    public void failed(String error) {
        reply.encoded(ReplyBuilder.error(error));
    }

    @Override
    public void flush() {
        reply.flush();
    }

    @Override
    public Object recipient() {
        return reply.recipient();
    }
}
