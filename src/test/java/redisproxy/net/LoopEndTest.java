package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** With a loop that runs what is submitted when the test says that it has looked. */
final class LoopEndTest implements LoopEnd.Loop, LoopEnd.Work {
    private final Queue<Runnable> submitted = new ArrayDeque<>();
    private final List<String> done = new ArrayList<>();
    private final LoopEnd end = new LoopEnd(this, this);
    private boolean isAtWork;
    private boolean isDue;
    private boolean isResuming;

    @Override
    public void submit(Runnable work) {
        submitted.add(work);
    }

    @Override
    public void enter() {
        isAtWork = true;
    }

    @Override
    public void leave() {
        isAtWork = false;
    }

    @Override
    public boolean isDue() {
        return isDue;
    }

    @Override
    public boolean isResuming() {
        return isResuming;
    }

    private void add(String name) {
        end.add(() -> {
            assertThat(isAtWork).isTrue();
            done.add(name);
        });
    }

    /** The loop looks what is ready, and runs what had been submitted before. */
    private void look() {
        for (int present = submitted.size(); present > 0; present--) {
            submitted.remove().run();
        }
    }

    @Test
    void comesAtTheEndOfTheWork() {
        add("a");
        add("b");
        end.workEnded(/* writes= */ false);
        assertThat(done).containsExactly("a", "b");
        assertThat(isAtWork).isFalse();
        end.workEnded(false);
        assertThat(done).as("once").hasSize(2);
        assertThat(submitted).isEmpty();
    }

    @Test
    void isPutOffOnceWhileRepliesAreWritten() {
        add("a");
        end.workEnded(/* writes= */ true);
        end.workEnded(true);
        assertThat(done).isEmpty();
        add("b");
        look();
        assertThat(done).containsExactly("a", "b");
        assertThat(submitted).isEmpty();
    }

    @Test
    void clientsThatHaveAskedMeanwhileAreServedFirst() {
        add("a");
        end.workEnded(true);
        isDue = true;
        look();
        assertThat(done).isEmpty();
        add("b");
        isDue = false;
        end.workEnded(/* writes= */ true);
        assertThat(done).as("it is put off no longer").containsExactly("a", "b");
    }

    @Test
    void workForOtherThingsIsFollowedByIt() {
        add("a");
        end.workedBesides();
        end.workedBesides();
        assertThat(done).isEmpty();
        assertThat(submitted).hasSize(1);
        look();
        assertThat(done).containsExactly("a");
        end.workedBesides();
        assertThat(submitted).isEmpty();
    }

    @Test
    void workForOtherThingsLeavesItToTheRound() {
        add("a");
        end.workedBesides();
        isResuming = true;
        look();
        assertThat(done).isEmpty();
        isResuming = false;
        isDue = true;
        end.workedBesides();
        look();
        assertThat(done).isEmpty();
        end.workEnded(false);
        assertThat(done).containsExactly("a");
    }

    @Test
    void oneThatFailsKeepsNoneOfTheOthersUp() {
        end.add(() -> {
            throw new IllegalStateException("on purpose");
        });
        end.add(() -> add("added"));
        end.workEnded(false);
        assertThat(done).containsExactly("added");
    }
}
