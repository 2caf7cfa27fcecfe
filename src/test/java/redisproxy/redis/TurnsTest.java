package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Load;
import redisproxy.cache.Term;
import redisproxy.testkit.Bytes;
import redisproxy.upstream.AnswerListener;
import redisproxy.upstream.Question;

final class TurnsTest {
    private final Turns turns = new Turns();

    @Test
    void oneAskerGetsWholeBatchesInItsOrder() {
        turns.addAll(requests("a", 300));
        assertThat(take(128)).isEqualTo(names("a", 0, 128));
        assertThat(take(128)).isEqualTo(names("a", 128, 256));
        assertThat(take(128)).isEqualTo(names("a", 256, 300));
        assertThat(turns.isEmpty()).isTrue();
    }

    @Test
    void askerOfOneComesBeforeTheRestOfAnAskerOfMany() {
        turns.addAll(requests("a", 1_000_000));
        take(128);
        turns.addAll(requests("b", 1));
        assertThat(take(128)).contains("b0").hasSize(128);
    }

    @Test
    void askersOfManyTakeTurns() {
        turns.addAll(requests("a", 100));
        turns.addAll(requests("b", 100));
        turns.addAll(requests("c", 3));
        assertThat(take(64))
                .containsSubsequence(names("a", 0, 16))
                .containsSubsequence(names("b", 0, 16))
                .containsSubsequence(names("c", 0, 3))
                .containsSubsequence(names("a", 16, 32));
        assertThat(turns.size()).isEqualTo(203 - 64);
    }

    @Test
    void losesNone() {
        List<String> all = new ArrayList<>();
        for (int asker = 0; asker < 50; asker++) {
            turns.addAll(requests("x" + asker + ".", asker));
            all.addAll(names("x" + asker + ".", 0, asker));
        }
        List<String> taken = new ArrayList<>();
        while (!turns.isEmpty()) {
            taken.addAll(take(7));
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void askerMayComeAgain() {
        for (int i = 0; i < 1_000; i++) {
            turns.addAll(requests("a", 1));
            assertThat(take(128)).containsExactly("a0");
        }
    }

    @Test
    void overdueLeaveAndOthersGoOn() {
        turns.addAll(requests("a", 20));
        turns.addAll(requests("b", 1));
        assertThat(turns.removeOverdue(Long.MAX_VALUE)).isEmpty();
        assertThat(turns.removeOverdue(0)).hasSize(21);
        assertThat(turns.isEmpty()).isTrue();
        turns.addAll(requests("b", 2));
        assertThat(take(128)).containsExactly("b0", "b1");
    }

    /** A look at a million takes longer than the pause between two looks. */
    @Test
    void looksForTheOverdueAtTheFirstOfEachAsker() {
        List<Aged> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Listener listener = new Listener();
            List<Aged> ofOne = new ArrayList<>();
            for (int age = 1_000; age > 0; age--) {
                ofOne.add(new Aged(age, listener));
            }
            turns.addAll(ofOne.stream().map(Aged::request).toList());
            many.addAll(ofOne);
        }
        many.forEach(each -> each.looks = 0);
        assertThat(turns.removeOverdue(1_001)).isEmpty();
        assertThat(turns.longestWaitNanos()).isEqualTo(1_000);
        assertThat(turns.removeOverdue(999)).hasSize(200);
        assertThat(many.stream().mapToInt(each -> each.looks)).allMatch(looks -> looks <= 3);
        assertThat(many.stream().mapToInt(each -> each.looks).sum()).isLessThanOrEqualTo(600);
        assertThat(turns.longestWaitNanos()).isEqualTo(998);
        assertThat(turns.size()).isEqualTo(100 * 998);
    }

    @Test
    void findsTheOverdueBehindAYoungerOne() {
        Listener listener = new Listener();
        List<Request> requests = new ArrayList<>();
        for (int age : new int[] {5, 4, 9, 3, 8}) {
            requests.add(new Aged(age, listener).request());
        }
        turns.addAll(requests);
        assertThat(turns.longestWaitNanos()).isEqualTo(9);
        assertThat(turns.removeOverdue(8)).containsExactly(requests.get(2), requests.get(4));
        assertThat(turns.longestWaitNanos()).isEqualTo(5);
        assertThat(turns.removeOverdue(8)).isEmpty();
        assertThat(turns.removeOverdue(3)).hasSize(3);
        assertThat(turns.longestWaitNanos()).isZero();
    }

    private List<String> take(int most) {
        List<Request> batch = new ArrayList<>();
        turns.moveTo(batch, most);
        return batch.stream()
                .map(each -> Bytes.of(((QuestionRequest) each).question().key()).asUtf8())
                .toList();
    }

    private static List<String> names(String asker, int from, int to) {
        List<String> names = new ArrayList<>();
        for (int i = from; i < to; i++) {
            names.add(asker + i);
        }
        return names;
    }

    private static List<Request> requests(String asker, int count) {
        Listener listener = new Listener();
        List<Request> requests = new ArrayList<>();
        for (String name : names(asker, 0, count)) {
            requests.add(new QuestionRequest(
                    new Question(Question.About.TTL, Bytes.utf8(name).toArray(), listener)));
        }
        return requests;
    }

    /** A request that has been waiting for a given time, and counts how often that is asked. */
    private static final class Aged implements Load {
        private final long age;
        private final Object recipient;
        private int looks;

        Aged(long age, Object recipient) {
            this.age = age;
            this.recipient = recipient;
        }

        Request request() {
            return new ReadRequest(this);
        }

        @Override
        public long waitedNanos() {
            looks++;
            return age;
        }

        @Override
        public byte[] key() {
            return new byte[0];
        }

        @Override
        public void sending() {}

        @Override
        public void sending(Term term) {}

        @Override
        public long now() {
            return 0;
        }

        @Override
        public void sending(Term term, String server, long at) {}

        @Override
        public void sent() {}

        @Override
        public boolean needsLife() {
            return false;
        }

        @Override
        public void complete(byte[] value, long lifeNanos) {}

        @Override
        public void fail(BackingStoreException cause) {}

        @Override
        public void flush() {}

        @Override
        public Object recipient() {
            return recipient;
        }
    }

    private static final class Listener implements AnswerListener {
        @Override
        public void answered(long number) {}

        @Override
        public void answered(String word) {}

        @Override
        public void failed(String error) {}

        @Override
        public void flush() {}

        @Override
        public Object recipient() {
            return this;
        }
    }
}
