package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.BackingStore;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Load;
import redisproxy.cache.ReadThroughCache;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RequestQueueTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger started = new AtomicInteger();
    private final RequestQueue queue = new RequestQueue(() -> {
        started.incrementAndGet();
        return false;
    });
    private final Queue<Load> caught = new ArrayDeque<>();
    private final ReadThroughCache cache = new ReadThroughCache(
            CacheConfig.defaults(),
            new BackingStore() {
                @Override
                public void load(List<? extends Load> loads) {
                    caught.addAll(loads);
                }

                @Override
                public void close() {}
            },
            nanos::get);

    @Test
    void givesOldestFirst() throws Exception {
        offer("a", "b", "c");
        assertThat(take(10)).containsExactly("a", "b", "c");
    }

    @Test
    void givesNoMoreThanAsked() throws Exception {
        offer("a", "b", "c");
        assertThat(take(2)).containsExactly("a", "b");
        assertThat(take(2)).containsExactly("c");
    }

    @Test
    void takerWaitsForALoad() {
        CompletableFuture<List<String>> taking = takeLater();
        offer("a");
        assertThat(taking).succeedsWithin(Address.PATIENCE).isEqualTo(List.of("a"));
    }

    @Test
    void wakesTheTakerThatBecameIdleLast() {
        List<CompletableFuture<List<String>>> takers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            AtomicReference<Thread> thread = new AtomicReference<>();
            takers.add(CompletableFuture.supplyAsync(() -> takeQuietly(1), task -> {
                thread.set(new Thread(task, "taker"));
                thread.get().start();
            }));
            await().atMost(Address.PATIENCE).until(() -> thread.get().getState() == Thread.State.WAITING);
        }
        for (int i = 2; i >= 0; i--) {
            offer("k" + i);
            assertThat(takers.get(i)).succeedsWithin(Address.PATIENCE).isEqualTo(List.of("k" + i));
        }
    }

    @Test
    void leftoversWakeAnotherTaker() throws Exception {
        List<CompletableFuture<List<String>>> takers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            takers.add(CompletableFuture.supplyAsync(() -> takeQuietly(1), task -> new Thread(task, "taker").start()));
        }
        offer("a", "b", "c", "d");
        List<String> taken = new ArrayList<>();
        for (CompletableFuture<List<String>> taker : takers) {
            assertThat(taker).succeedsWithin(Address.PATIENCE);
            taken.addAll(taker.join());
        }
        assertThat(taken).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void losesNoLoadAmongManyTakers() {
        int loads = 20_000;
        List<CompletableFuture<Integer>> takers = new ArrayList<>();
        AtomicLong taken = new AtomicLong();
        for (int i = 0; i < 3; i++) {
            takers.add(CompletableFuture.supplyAsync(
                    () -> {
                        int mine = 0;
                        while (true) {
                            List<String> batch = takeQuietly(7);
                            if (batch == null) {
                                return mine;
                            }
                            mine += batch.size();
                            taken.addAndGet(batch.size());
                        }
                    },
                    task -> new Thread(task, "taker").start()));
        }
        for (int i = 0; i < loads; i++) {
            offer("k" + i);
        }
        await().atMost(Address.PATIENCE).until(() -> taken.get() == loads);
        assertThat(queue.close()).isEmpty();
        int sum = 0;
        for (CompletableFuture<Integer> taker : takers) {
            assertThat(taker).succeedsWithin(Address.PATIENCE);
            sum += taker.join();
        }
        assertThat(sum).isEqualTo(loads);
    }

    @Test
    void removesWhatIsOverdueWhereverItStands() throws Exception {
        Request early = load("early");
        nanos.addAndGet(50);
        offer("late");
        assertThat(queue.offer(List.of(early))).isTrue();
        assertThat(queue.removeOverdue(51)).isEmpty();
        assertThat(queue.removeOverdue(50)).containsExactly(early);
        assertThat(queue.removeOverdue(50)).isEmpty();
        assertThat(take(10)).containsExactly("late");
    }

    @Test
    void closeReturnsTheRest() {
        offer("a", "b");
        assertThat(queue.isClosed()).isFalse();
        assertThat(queue.close().stream().map(RequestQueueTest::name)).containsExactly("a", "b");
        assertThat(queue.isClosed()).isTrue();
        assertThat(queue.close()).isEmpty();
        assertThat(queue.offer(List.of(load("c")))).isFalse();
    }

    @Test
    void closeWakesTheTakers() {
        CompletableFuture<List<String>> first = takeLater();
        CompletableFuture<List<String>> second = takeLater();
        queue.close();
        assertThat(first).succeedsWithin(Address.PATIENCE).isNull();
        assertThat(second).succeedsWithin(Address.PATIENCE).isNull();
    }

    @Test
    void interruptEndsTheWait() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread taker = new Thread(() -> {
            try {
                boolean unused = queue.take(queue.newTaker(new ArrayList<>(), 1, null));
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        taker.start();
        taker.interrupt();
        taker.join(Address.PATIENCE.toMillis());
        assertThat(interrupted).isTrue();
    }

    /* --------------- Stand-ins --------------- */

    /** Stands in for a thread where the test says so, and keeps what it takes. */
    private final class Substitute implements Taker.StandIn {
        private final List<Request> batch = new ArrayList<>();
        private final Taker taker = queue.newTaker(batch, 2, this);
        private boolean isHere = true;
        private int served;
        private int later;

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isHere() {
            return isHere;
        }

        @Override
        public void serve() {
            served++;
        }

        @Override
        public void serveLater() {
            later++;
        }

        List<String> names() {
            return batch.stream().map(RequestQueueTest::name).toList();
        }

        /** Has a thread wait in the queue, whose place this takes. Returns what becomes of its wait. */
        CompletableFuture<Boolean> await() {
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Boolean> taking = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return queue.take(taker);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    task -> {
                        thread.set(new Thread(task, "taker"));
                        thread.get().start();
                    });
            Awaitility.await().atMost(Address.PATIENCE).until(() -> thread.get().getState() == Thread.State.WAITING);
            return taking;
        }
    }

    @Test
    void aStandInServesInThePlaceOfTheThread() {
        Substitute standIn = new Substitute();
        CompletableFuture<Boolean> taking = standIn.await();
        serve(standIn, "a");
        assertThat(standIn.served).isEqualTo(1);
        assertThat(standIn.names()).containsExactly("a");
        offer("b", "c", "d");
        queue.serve();
        assertThat(standIn.served).as("it has a batch").isEqualTo(1);
        standIn.batch.clear();
        assertThat(queue.takeNext(standIn.taker)).isTrue();
        assertThat(standIn.names()).containsExactly("b", "c");
        standIn.batch.clear();
        assertThat(queue.takeNext(standIn.taker))
                .as("what does not fill a batch waits for more")
                .isFalse();
        assertThat(standIn.later).isEqualTo(2);
        offer("e");
        assertThat(standIn.served).as("a batch is full").isEqualTo(2);
        assertThat(standIn.names()).containsExactly("d", "e");
        standIn.batch.clear();
        assertThat(queue.takeNext(standIn.taker)).isFalse();
        assertThat(standIn.later).as("nothing waits").isEqualTo(2);
        assertThat(taking).isNotDone();
    }

    /** Has a batch of one be served by a stand-in that has no other work. */
    private void serve(Substitute standIn, String key) {
        offer(key);
        assertThat(standIn.served).as("more may come").isZero();
        assertThat(standIn.later).isEqualTo(1);
        queue.serve();
    }

    @Test
    void whatDoesNotFillABatchIsServedTogether() {
        Substitute first = new Substitute();
        Substitute second = new Substitute();
        CompletableFuture<Boolean> one = first.await();
        CompletableFuture<Boolean> other = second.await();
        assertThat(queue.offer(List.of(load("a"), load("b"), load("c")))).isTrue();
        assertThat(first.served + second.served).isEqualTo(1);
        assertThat(first.later + second.later).isEqualTo(1);
        offer("d");
        assertThat(first.served + second.served).as("both are full").isEqualTo(2);
        assertThat(Stream.of(first, second).flatMap(each -> each.names().stream()))
                .containsExactlyInAnyOrder("a", "b", "c", "d");
        offer("e");
        queue.serve();
        assertThat(first.served + second.served).as("both are at work").isEqualTo(2);
        assertThat(one).isNotDone();
        assertThat(other).isNotDone();
    }

    @Test
    void othersServeWhatTheStandInCannot() {
        Substitute standIn = new Substitute();
        CompletableFuture<Boolean> taking = standIn.await();
        offer("a");
        standIn.isHere = false;
        queue.serve();
        assertThat(taking).succeedsWithin(Address.PATIENCE).isEqualTo(true);
        assertThat(standIn.names()).containsExactly("a");
    }

    @Test
    void theThreadEndsWhatItIsHandedBack() {
        Substitute standIn = new Substitute();
        CompletableFuture<Boolean> taking = standIn.await();
        serve(standIn, "a");
        queue.handBack(standIn.taker);
        assertThat(taking).succeedsWithin(Address.PATIENCE).isEqualTo(true);
        assertThat(standIn.names()).containsExactly("a");
    }

    @Test
    void othersWakeTheThread() {
        Substitute standIn = new Substitute();
        standIn.isHere = false;
        CompletableFuture<Boolean> taking = standIn.await();
        offer("a");
        assertThat(taking).succeedsWithin(Address.PATIENCE).isEqualTo(true);
        assertThat(standIn.served).isZero();
        assertThat(started).as("further threads, which would need connections").hasValue(0);
    }

    @Test
    void theThreadEndsOnlyWhenItsPlaceIsFree() {
        Substitute standIn = new Substitute();
        CompletableFuture<Boolean> taking = standIn.await();
        serve(standIn, "a");
        queue.close();
        assertThat(taking).isNotDone();
        assertThat(queue.takeNext(standIn.taker)).isFalse();
        assertThat(taking).succeedsWithin(Address.PATIENCE).isEqualTo(false);
    }

    @Test
    void aPlaceIsClaimedOnlyFromAnIdleThread() {
        Substitute standIn = new Substitute();
        assertThat(queue.claim(standIn.taker)).as("no thread waits").isFalse();
        CompletableFuture<Boolean> taking = standIn.await();
        assertThat(queue.claim(standIn.taker)).isTrue();
        offer("a");
        assertThat(standIn.served).as("the place is taken").isZero();
        queue.release(standIn.taker);
        assertThat(taking).succeedsWithin(Address.PATIENCE).isEqualTo(true);
        assertThat(standIn.names()).containsExactly("a");
    }

    private void offer(String... keys) {
        for (String key : keys) {
            assertThat(queue.offer(List.of(load(key)))).isTrue();
        }
    }

    private List<String> take(int most) throws InterruptedException {
        List<Request> batch = new ArrayList<>();
        return queue.take(queue.newTaker(batch, most, null))
                ? batch.stream().map(RequestQueueTest::name).toList()
                : null;
    }

    private CompletableFuture<List<String>> takeLater() {
        return CompletableFuture.supplyAsync(() -> takeQuietly(10), task -> new Thread(task, "taker").start());
    }

    /** What was taken, or null if the queue was closed. */
    private List<String> takeQuietly(int most) {
        try {
            return take(most);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(Request request) {
        return Bytes.of(((ReadRequest) request).load().key()).asUtf8();
    }

    private Request load(String key) {
        cache.load(Bytes.utf8(key).toArray(), new Outcome());
        return new ReadRequest(caught.remove());
    }
}
