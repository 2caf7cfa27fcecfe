package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import redisproxy.redis.Opinions.Opinion;

/** Whom to believe of several Sentinels. */
final class OpinionsTest {
    private static final NodeAddress FIRST = new NodeAddress("sentinel", 1);
    private static final NodeAddress SECOND = new NodeAddress("sentinel", 2);
    private static final NodeAddress THIRD = new NodeAddress("sentinel", 3);
    private static final NodeAddress A = new NodeAddress("a", 6379);
    private static final NodeAddress B = new NodeAddress("b", 6379);
    private static final NodeAddress C = new NodeAddress("c", 6379);

    private final Opinions opinions = new Opinions();
    private long nanos;

    private void tell(NodeAddress sentinel, NodeAddress master, long epoch) {
        opinions.tell(sentinel, new Opinion(master, epoch), /* known= */ 3, nanos);
    }

    @Test
    void believesTheFirstAtOnce() {
        assertThat(opinions.master()).isNull();
        tell(FIRST, A, 0);
        assertThat(opinions.master()).isEqualTo(A);
    }

    @Test
    void believesOneThatKnowsANewerChange() {
        tell(FIRST, A, 1);
        tell(SECOND, A, 1);
        tell(THIRD, B, 2);
        assertThat(opinions.master()).isEqualTo(B);
    }

    @Test
    void doesNotBelieveOneThatHasMissedTheChange() {
        tell(FIRST, B, 2);
        tell(SECOND, A, 1);
        assertThat(opinions.master()).isEqualTo(B);
        opinions.forget(FIRST);
        nanos += Duration.ofHours(1).toNanos();
        tell(SECOND, A, 1);
        assertThat(opinions.master()).as("one of three is not most").isEqualTo(B);
    }

    @Test
    void keepsTheMasterWhenNobodyTells() {
        tell(FIRST, A, 1);
        opinions.forget(FIRST);
        assertThat(opinions.master()).isEqualTo(A);
    }

    @Test
    void believesMostOfThoseThatWereSetUpAnew() {
        tell(FIRST, A, 7);
        opinions.forget(FIRST);
        tell(FIRST, B, 0);
        tell(SECOND, B, 0);
        assertThat(opinions.master()).as("at first").isEqualTo(A);
        nanos += Opinions.OLD_EPOCH_REFUSED.toNanos();
        tell(SECOND, B, 0);
        assertThat(opinions.master()).isEqualTo(B);
    }

    @Test
    void staysWithTheMasterOnWhichTheyDisagree() {
        tell(FIRST, A, 1);
        tell(SECOND, B, 1);
        tell(THIRD, B, 1);
        assertThat(opinions.master()).isEqualTo(A);
        tell(FIRST, B, 1);
        assertThat(opinions.master()).isEqualTo(B);
    }

    @Test
    void isAheadOfThemAboutAPromotion() {
        tell(FIRST, A, 3);
        opinions.promoted(B, nanos);
        tell(FIRST, A, 3);
        tell(SECOND, A, 3);
        assertThat(opinions.master()).isEqualTo(B);
        tell(SECOND, B, 5);
        assertThat(opinions.master()).isEqualTo(B);
    }

    /** A user of the Sentinels that may not ask for the epoch. */
    @Test
    void goesByTheLastWordWithoutEpochs() {
        tell(FIRST, A, 0);
        opinions.promoted(B, nanos);
        tell(FIRST, B, 0);
        tell(SECOND, B, 0);
        tell(FIRST, C, 0);
        assertThat(opinions.master()).as("of which one tells").isEqualTo(B);
        tell(SECOND, C, 0);
        assertThat(opinions.master()).isEqualTo(C);
    }

    @Test
    void takesAPromotionBackThatDidNotHappen() {
        tell(FIRST, A, 3);
        tell(SECOND, A, 3);
        opinions.promoted(B, nanos);
        nanos += Opinions.OLD_EPOCH_REFUSED.toNanos();
        tell(FIRST, A, 3);
        assertThat(opinions.master()).isEqualTo(A);
    }
}
