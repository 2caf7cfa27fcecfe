package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class BackgroundQueueTest {
    private final Queue<Runnable> jobs = new ArrayDeque<>();
    private final List<String> log = new ArrayList<>();
    private final BackgroundQueue queue = new BackgroundQueue(this::execute, 3, new Rests());
    private boolean isStopped;

    private void execute(Runnable job) {
        if (isStopped) {
            throw new RejectedExecutionException();
        }
        jobs.add(job);
    }

    private BackgroundQueue.Task task(String name) {
        return new BackgroundQueue.Task() {
            @Override
            public void run(Rests rests) {
                log.add(name);
            }

            @Override
            public void refuse() {
                log.add("refused " + name);
            }
        };
    }

    @Test
    void runsOneAfterTheOther() {
        assertThat(queue.offer(task("a"))).isTrue();
        assertThat(queue.offer(task("b"))).isTrue();
        assertThat(jobs).hasSize(1);
        jobs.remove().run();
        assertThat(log).containsExactly("a");
        assertThat(jobs).hasSize(1);
        jobs.remove().run();
        assertThat(log).containsExactly("a", "b");
        assertThat(jobs).isEmpty();
        assertThat(queue.offer(task("c"))).isTrue();
        jobs.remove().run();
        assertThat(log).containsExactly("a", "b", "c");
    }

    @Test
    void refusesMoreThanMayWait() {
        for (String name : List.of("a", "b", "c")) {
            assertThat(queue.offer(task(name))).isTrue();
        }
        assertThat(queue.offer(task("d"))).isFalse();
        jobs.remove().run();
        assertThat(queue.offer(task("e"))).isTrue();
    }

    @Test
    void refusesAllWhenThreadsEnd() {
        assertThat(queue.offer(task("a"))).isTrue();
        assertThat(queue.offer(task("b"))).isTrue();
        isStopped = true;
        jobs.remove().run();
        assertThat(log).containsExactly("a", "refused b");
        assertThat(queue.offer(task("c"))).isTrue();
        assertThat(log).containsExactly("a", "refused b", "refused c");
    }

    @Test
    void skipsWhatHasNoReader() {
        try (ExecutedCommands commands = new ExecutedCommands()) {
            RequestParser request = ExecutedCommands.request("CACHE", "FLUSH");
            Invocation invocation = new Invocation(
                    commands.session,
                    request,
                    held -> {
                        throw new AssertionError();
                    },
                    new LoadWindow(),
                    System.nanoTime(),
                    () -> {});
            BackgroundRun run = new BackgroundRun(invocation, ran -> log.add("ran"), () -> log.add("resumed"));
            assertThat(run.goOn(request)).isEqualTo(Continuation.Progress.WAITING);
            assertThat(run.abandon()).isFalse();
            run.run(new Rests());
            assertThat(log).containsExactly("resumed");
            assertThat(run.abandon()).isTrue();
        }
    }

    @Test
    void questionsWithoutAReaderAreNotAsked() {
        try (ExecutedCommands commands = new ExecutedCommands()) {
            commands.session.replies(Session.Replies.OFF);
            assertThat(commands.execute("CACHE", "KEYS", "10")).isNull();
            assertThat(commands.execute("CLIENT", "LIST")).isNull();
            assertThat(commands.execute("CACHE", "FLUSH")).isEqualTo("+OK\r\n");
        }
    }
}
