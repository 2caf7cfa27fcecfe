package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.resp.KeyReads.Missing;
import redisproxy.upstream.AnswerListener;
import redisproxy.upstream.Question;
import redisproxy.upstream.Upstream;

/**
 * Asks the backing store about keys that are not cached, a question for each, and loads no value. A key that is being loaded
 * for others waits for that load instead. Thread-safe.
 */
final class AskedKeys {
    private static final String WRONG_TYPE = "WRONGTYPE";

    private final ReadThroughCache cache;
    private final Upstream upstream;
    private final Question.About about;

    /** Takes what the store answers, on any thread. Keys are counted from 0. */
    @FunctionalInterface
    interface Answers {
        void answered(int key, long number);
    }

    /** Makes the source of answers to this question, which is one that is answered by a number. */
    AskedKeys(ReadThroughCache cache, Upstream upstream, Question.About about) {
        this.cache = cache;
        this.upstream = upstream;
        this.about = about;
    }

    /** Does for these keys what {@link KeyReads.MissingKeys} do, and gives what the store answers to {@code answers}. */
    void find(List<Missing> keys, Answers answers) {
        List<Question> questions = new ArrayList<>(keys.size());
        for (Missing key : keys) {
            if (!cache.joinIfLoading(key.bytes(), key)) {
                questions.add(new Question(about, key.bytes(), new Answer(key, answers)));
            }
        }
        upstream.ask(questions);
    }

    private final class Answer implements AnswerListener {
        private final Missing key;
        private final Answers answers;

        Answer(Missing key, Answers answers) {
            this.key = key;
            this.answers = answers;
        }

        @Override
        public void answered(long number) {
            // What was loaded meanwhile may be older than the answer, and is what reads get next: they must not go
            // back.
            if (cache.joinIfLoading(key.bytes(), key)) {
                return;
            }
            Entry loaded = cache.getIfPresent(key.bytes(), 0, key.bytes().length);
            if (loaded != null) {
                key.loaded(loaded, Provenance.STORED);
            } else {
                answers.answered(key.key(), number);
                key.asked();
            }
        }

        @Override
        public void answered(String word) {
            failed("ERR the answer to %s is not a number".formatted(about));
        }

        @Override
        public void failed(String error) {
            if (error.startsWith(WRONG_TYPE)) {
                key.failed(BackingStoreException.notAString(error));
                return;
            }
            Entry instead = cache.getInsteadOfError(key.bytes());
            if (instead == null) {
                key.failed(BackingStoreException.errorReply(error));
            } else {
                key.loaded(instead, Provenance.STALE);
            }
        }

        @Override
        public void flush() {
            key.flush();
        }

        @Override
        public Object recipient() {
            return key.recipient();
        }
    }
}
