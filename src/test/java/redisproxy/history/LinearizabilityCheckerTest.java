package redisproxy.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import redisproxy.history.Step.Kind;

/** Histories that are known to be right, or wrong. Times are small numbers, but for those of keys that expire. */
final class LinearizabilityCheckerTest {
    private static final Step INCREMENT = new Step(Kind.INCREMENT, null, 0, null);
    private static final Step DELETE = new Step(Kind.DELETE, null, 0, null);
    private static final Step EXISTS = new Step(Kind.EXISTS, null, 0, null);

    private final List<Operation> history = new ArrayList<>();

    @Test
    void nothingIsRight() {
        isRight();
    }

    /* --------------- Registers --------------- */

    @Test
    void readsGetWhatWasWritten() {
        did(0, 1, Step.read(null));
        did(2, 3, Step.set("a"));
        did(4, 5, Step.read("a"));
        isRight();
    }

    @Test
    void staleReadIsWrong() {
        did(0, 1, Step.set("a"));
        did(2, 3, Step.set("b"));
        did(4, 5, Step.read("a"));
        isWrong("a");
    }

    @Test
    void readOfWhatNobodyWroteIsWrong() {
        did(0, 1, Step.set("a"));
        did(2, 3, Step.read("b"));
        isWrong("b");
    }

    @Test
    void lostWriteIsWrong() {
        did(0, 1, Step.set("a"));
        did(2, 3, Step.read(null));
        isWrong("null");
    }

    @Test
    void readDuringAWriteGetsEither() {
        did(0, 1, Step.set("a"));
        did(2, 10, Step.set("b"));
        did(3, 4, Step.read("a"));
        did(5, 6, Step.read("b"));
        isRight();
    }

    /** What a cache does that drops a key only when the reply to the write has come. */
    @Test
    void readersDuringAWriteDoNotGoBack() {
        did(0, 1, Step.set("a"));
        did(2, 10, Step.set("b"));
        did(3, 4, Step.read("b"));
        did(5, 6, Step.read("a"));
        isWrong("a");
    }

    @Test
    void overlappingReadsGetEither() {
        did(0, 1, Step.set("a"));
        did(2, 10, Step.set("b"));
        did(3, 6, Step.read("b"));
        did(5, 8, Step.read("a"));
        isRight();
    }

    @Test
    void overlappingWritesComeInEitherOrder() {
        did(0, 10, Step.set("a"));
        did(0, 10, Step.set("b"));
        did(11, 12, Step.read("a"));
        isRight();
    }

    @Test
    void overlappingWritesComeInOneOrder() {
        did(0, 10, Step.set("a"));
        did(0, 10, Step.set("b"));
        did(11, 12, Step.read("a"));
        did(13, 14, Step.read("b"));
        isWrong("b");
    }

    @Test
    void sameMomentIsNoOrder() {
        did(0, 1, Step.set("a"));
        did(1, 2, Step.read(null));
        isRight();
    }

    @Test
    void keysAreAlone() {
        did("one", 0, 1, true, Step.set("a"));
        did("other", 2, 3, true, Step.read(null));
        did("one", 4, 5, true, Step.read("a"));
        isRight();
        did("other", 6, 7, true, Step.read("a"));
        isWrong("other");
    }

    @Test
    void deletionsTellWhetherThereWasAKey() {
        did(0, 1, DELETE.replied("0"));
        did(2, 3, Step.set("a"));
        did(4, 8, DELETE.replied("1"));
        did(4, 8, DELETE.replied("0"));
        did(9, 10, EXISTS.replied("0"));
        isRight();
        did(11, 12, DELETE.replied("1"));
        isWrong("DELETE");
    }

    @Test
    void swapTellsWhatWasThere() {
        did(0, 1, Step.set("a"));
        did(2, 6, new Step(Kind.SWAP, "b", 0, "c"));
        did(2, 6, new Step(Kind.SWAP, "c", 0, "a"));
        did(7, 8, Step.read("b"));
        isRight();
        did(9, 10, new Step(Kind.SWAP, "d", 0, "c"));
        isWrong("SWAP");
    }

    /* --------------- Counters --------------- */

    @Test
    void incrementsCountOnce() {
        did(0, 5, INCREMENT.replied("2"));
        did(0, 5, INCREMENT.replied("1"));
        did(6, 7, INCREMENT.replied("3"));
        did(8, 9, Step.read("3"));
        isRight();
    }

    @Test
    void twoIncrementsDoNotReplyTheSame() {
        did(0, 5, INCREMENT.replied("1"));
        did(0, 5, INCREMENT.replied("1"));
        isWrong("INCREMENT");
    }

    @Test
    void incrementThatWasSentTwiceIsWrong() {
        did(0, 1, INCREMENT.replied("1"));
        did(2, 3, INCREMENT.replied("3"));
        isWrong("INCREMENT");
    }

    /* --------------- Several steps at once --------------- */

    @Test
    void nothingComesBetweenTheStepsOfATransaction() {
        did(0, 10, Step.read("b"), Step.set("a"), Step.read("a"));
        did(0, 10, Step.set("b"));
        did(11, 12, Step.read("a"));
        isRight();
    }

    @Test
    void tornTransactionIsWrong() {
        did(0, 10, Step.set("a"), Step.read("b"));
        did(0, 10, Step.set("b"));
        isWrong("b");
    }

    /* --------------- Unknown fate --------------- */

    @Test
    void writeOfUnknownFateMayNeverBeExecuted() {
        did(0, 1, Step.set("a"));
        lost(2, Operation.NEVER, Step.set("b"));
        did(4, 5, Step.read("a"));
        isRight();
    }

    @Test
    void writeOfUnknownFateMayBeExecutedAtAnyLaterTime() {
        did(0, 1, Step.set("a"));
        lost(2, Operation.NEVER, Step.set("b"));
        did(4, 5, Step.read("a"));
        did(1_000_000, 1_000_001, Step.read("b"));
        isRight();
    }

    @Test
    void writeOfUnknownFateIsExecutedOnce() {
        did(0, 1, Step.set("a"));
        lost(2, Operation.NEVER, Step.set("b"));
        did(4, 5, Step.read("b"));
        did(6, 7, Step.set("c"));
        did(8, 9, Step.read("b"));
        isWrong("b");
    }

    @Test
    void writeOfUnknownFateIsNotExecutedBeforeItIsSent() {
        did(0, 1, Step.read("b"));
        lost(2, Operation.NEVER, Step.set("b"));
        isWrong("b");
    }

    @Test
    void writeOfUnknownFateIsExecutedBeforeItsBound() {
        lost(0, 10, Step.set("b"));
        did(11, 12, Step.read("b"));
        isRight();
        history.clear();
        lost(0, 10, Step.set("b"));
        did(11, 12, Step.read(null));
        isRight();
        did(13, 14, Step.read("b"));
        isWrong("b");
    }

    @Test
    void increaseOfUnknownFateCountsOnceOrNever() {
        IntStream.range(0, 6).forEach(i -> lost(i, Operation.NEVER, INCREMENT));
        did(10, 11, Step.read("4"));
        did(12, 13, Step.read("6"));
        isRight();
        did(14, 15, Step.read("7"));
        isWrong("7");
    }

    /* --------------- Expiry --------------- */

    @Test
    void keyIsThereUntilItsEnd() {
        didMillis(0, 1, new Step(Kind.SET, "a", 1_000, "OK"));
        didMillis(900, 901, Step.read("a"));
        didMillis(1_100, 1_101, Step.read(null));
        isRight();
    }

    @Test
    void keyIsNotThereAfterItsEnd() {
        didMillis(0, 1, new Step(Kind.SET, "a", 1_000, "OK"));
        didMillis(1_100, 1_101, Step.read("a"));
        isWrong("a");
    }

    @Test
    void keyDoesNotEndEarly() {
        didMillis(0, 1, new Step(Kind.SET, "a", 1_000, "OK"));
        didMillis(900, 901, Step.read(null));
        isWrong("null");
    }

    @Test
    void keyThatHasEndedDoesNotComeBack() {
        didMillis(0, 400, new Step(Kind.SET, "a", 1_000, "OK"));
        didMillis(1_100, 1_101, Step.read(null));
        isRight();
        didMillis(1_102, 1_103, Step.read("a"));
        isWrong("a");
    }

    @Test
    void expiryIsSetAnew() {
        didMillis(0, 1, Step.set("a"));
        didMillis(2, 3, new Step(Kind.EXPIRE, null, 1_000, "1"));
        didMillis(500, 501, new Step(Kind.EXPIRE, null, 1_000, "1"));
        didMillis(1_400, 1_401, Step.read("a"));
        didMillis(1_600, 1_601, new Step(Kind.EXPIRE, null, 1_000, "0"));
        isRight();
    }

    @Test
    void setRemovesTheExpiry() {
        didMillis(0, 1, new Step(Kind.SET, "a", 1_000, "OK"));
        didMillis(2, 3, Step.set("b"));
        didMillis(5_000, 5_001, Step.read("b"));
        isRight();
    }

    /* --------------- Against another checker --------------- */

    /** Small histories, of which all orders can be tried. */
    @Test
    void findsWhatTryingAllOrdersFinds() {
        int right = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            history.clear();
            fillAtRandom(new Random(seed));
            boolean expected = isExplained(history, Register.ABSENT);
            assertThat(isLinearizable()).as("seed %d: %s", seed, history).isEqualTo(expected);
            right += expected ? 1 : 0;
        }
        assertThat(right).isBetween(2_000, 18_000);
    }

    private void fillAtRandom(Random random) {
        int count = 3 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String value = Integer.toString(1 + random.nextInt(3));
            String reply = random.nextInt(4) == 0 ? null : Integer.toString(1 + random.nextInt(3));
            Step step = switch (random.nextInt(8)) {
                case 0, 1 -> Step.set(value);
                case 2 -> DELETE.replied(Integer.toString(random.nextInt(2)));
                case 3 -> INCREMENT.replied(value);
                case 4 -> new Step(Kind.SWAP, value, 0, reply);
                default -> Step.read(reply);
            };
            int invoked = random.nextInt(12);
            boolean isKnown = step.isReadOnly() || random.nextInt(5) != 0;
            long bound = random.nextBoolean() ? Operation.NEVER : invoked + random.nextInt(8);
            did("k", invoked, isKnown ? invoked + random.nextInt(6) : bound, isKnown, step);
        }
    }

    private static boolean isExplained(List<Operation> left, Register register) {
        if (left.stream().noneMatch(Operation::isKnown)) {
            return true;
        }
        for (Operation next : left) {
            if (left.stream().anyMatch(other -> other.returned() < next.invoked())) {
                continue;
            }
            List<Operation> others =
                    left.stream().filter(other -> !other.equals(next)).toList();
            List<Register> results = new ArrayList<>();
            next.steps().get(0).apply(register, next, results);
            if (results.stream().anyMatch(result -> isExplained(others, result))) {
                return true;
            }
            if (!next.isKnown() && isExplained(others, register)) {
                return true;
            }
        }
        return false;
    }

    /* --------------- Size --------------- */

    @Test
    void checksLongHistories() {
        Random random = new Random(1);
        int clients = 6;
        String value = null;
        for (int i = 0; i < 200_000; i++) {
            // Executed at the moment 10 * i, and under way for longer than that.
            long at = 10L * i;
            boolean isRead = random.nextInt(4) != 0;
            value = isRead ? value : Integer.toString(i);
            long invoked = at - random.nextInt(10 * clients);
            did("k", invoked, at + random.nextInt(10 * clients), true, isRead ? Step.read(value) : Step.set(value));
        }
        isRight();
        did("k", 3_000_000, 3_000_001, true, Step.read("1"));
        isWrong("1");
    }

    private void did(long invoked, long returned, Step... steps) {
        did("k", invoked, returned, true, steps);
    }

    private void didMillis(long invoked, long returned, Step step) {
        did(TimeUnit.MILLISECONDS.toNanos(invoked), TimeUnit.MILLISECONDS.toNanos(returned), step);
    }

    private void lost(long invoked, long until, Step step) {
        did("k", invoked, until, false, step);
    }

    private void did(String key, long invoked, long returned, boolean isKnown, Step... steps) {
        history.add(new Operation(history.size(), key, List.of(steps), invoked, returned, isKnown));
    }

    private void isRight() {
        assertThatCode(() -> LinearizabilityChecker.check(history)).doesNotThrowAnyException();
    }

    private void isWrong(String told) {
        assertThatThrownBy(() -> LinearizabilityChecker.check(history))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("no order explains")
                .hasMessageContaining(told);
    }

    private boolean isLinearizable() {
        try {
            LinearizabilityChecker.check(history);
            return true;
        } catch (AssertionError wrong) {
            return false;
        }
    }
}
