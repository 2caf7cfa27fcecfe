package redisproxy.server;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.NodeStats;
import redisproxy.cache.StoreStats;
import redisproxy.upstream.AnswerListener;
import redisproxy.upstream.Question;
import redisproxy.upstream.Upstream;

/**
 * Whether Redis answers. Each look judges by what is known, and asks Redis for something, so that the next look knows of a Redis
 * that is gone though no client asks for a key. At most one question is under way. Thread-safe; never blocks.
 */
final class RedisAnswers {
    /** Whether there is such a key says nothing; it is short, and hardly anybody's. */
    private static final byte[] KEY = {0};

    private static final String NO_ANSWER = "Redis does not answer";

    private final Supplier<StoreStats> stats;
    private final Upstream upstream;
    private final AtomicBoolean isAsking = new AtomicBoolean();
    private final AnswerListener listener = new Listener();

    /** Any answer ends the question. What it says is of no interest: the figures of the store tell whether there was one. */
    private final class Listener implements AnswerListener {
        @Override
        public void answered(long number) {
            isAsking.set(false);
        }

        @Override
        public void answered(String word) {
            isAsking.set(false);
        }

        @Override
        public void failed(String error) {
            isAsking.set(false);
        }

        @Override
        public void flush() {
            // Nothing is gathered.
        }

        @Override
        public Object recipient() {
            return this;
        }
    }

    RedisAnswers(Supplier<StoreStats> stats, Upstream upstream) {
        this.stats = stats;
        this.upstream = upstream;
    }

    /** Returns why Redis is taken not to answer, or null if it does. */
    @Nullable
    String failure() {
        StoreStats now = stats.get();
        if (isAsking.compareAndSet(false, true)) {
            upstream.ask(new Question(Question.About.EXISTS, KEY, listener));
        }
        if (!now.circuit().equals("closed")) {
            return NO_ANSWER;
        }
        boolean hasAnswered =
                now.nodes().stream().mapToLong(NodeStats::requests).sum() > 0;
        return hasAnswered ? null : "Redis has not answered yet";
    }
}
