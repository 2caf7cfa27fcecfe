package redisproxy.resp;

import redisproxy.upstream.AnswerListener;

/** The reply to a question that is put to the backing store each time. */
final class AskedReply implements AnswerListener {
    private final Reply reply;

    AskedReply(Reply reply) {
        this.reply = reply;
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
