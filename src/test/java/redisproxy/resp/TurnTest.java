package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.Bytes;

final class TurnTest {
    private final List<String> asked = new ArrayList<>();
    private final Turn turn = new Turn(() -> asked.add("turn"));

    @Test
    void endsAfterManyBytes() {
        turn.spend(1, 128 * 1024 - 257);
        assertThat(turn.isOver()).isFalse();
        turn.spend(1, 0);
        assertThat(turn.isOver()).isTrue();
    }

    @Test
    void endsAfterManySmallRequests() {
        turn.spend(511, 0);
        assertThat(turn.isOver()).isFalse();
        turn.spend(1, 0);
        assertThat(turn.isOver()).isTrue();
    }

    @Test
    void asksForOneTurn() {
        turn.giveWay();
        turn.giveWay();
        assertThat(asked).hasSize(1);
        assertThat(turn.isAwaited()).isTrue();
        turn.begin();
        assertThat(turn.isAwaited()).isFalse();
    }

    @Test
    void roundDoesNotOvertakeTheTurn() {
        turn.spend(1, 1_000_000);
        turn.giveWay();
        turn.beginRound();
        assertThat(turn.isAwaited()).isTrue();
        assertThat(turn.isOver()).isTrue();
        turn.begin();
        assertThat(turn.isOver()).isFalse();
    }

    @Test
    void presentKeysAreReadInSlices() {
        try (ExecutedCommands commands = new ExecutedCommands()) {
            commands.store.put(Bytes.utf8("k"), Bytes.utf8("v"));
            int slice = 128;
            int slices = 10;
            String[] words = new String[1 + slices * slice + 1];
            Arrays.fill(words, "k");
            words[0] = "EXISTS";
            RequestParser request = ExecutedCommands.request(words);
            Reply reply = new Reply(() -> {}, false);
            Invocation invocation = new Invocation(
                    commands.session, request, held -> reply, new LoadWindow(), System.nanoTime(), () -> {});
            commands.executeLater("GET", "k");
            commands.start(invocation);
            Continuation read = invocation.continuation();
            assertThat(read).isNotNull();
            for (int i = 1; i <= slices; i++) {
                assertThat(read.goOn(request)).isEqualTo(Continuation.Progress.AFTER_OTHERS);
                assertThat(commands.cache.stats().hits()).isEqualTo((long) i * slice);
            }
            assertThat(reply.isReady()).isFalse();
            assertThat(read.goOn(request)).isEqualTo(Continuation.Progress.DONE);
            assertThat(reply.isReady()).isTrue();
        }
    }
}
