package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ClientMemoryTest {
    private static final int LEAST = ClientShare.LEAST_BYTES;
    private static final int MAX = 64 * 2 * LEAST;

    /** The most for which others are closed. */
    private static final int SMALL = 2 * LEAST;

    private final ClientMemory memory = new ClientMemory(MAX);

    private final class Client implements ClientShare.Holder {
        private final ClientShare share = memory.share(this);
        private volatile long waited;
        private volatile boolean isClosed;

        Client(long waited) {
            this.waited = waited;
        }

        @Override
        public long waitedNanos(long now) {
            return waited;
        }

        @Override
        public void closeForMemory() {
            isClosed = true;
            share.close();
        }
    }

    @Test
    void aClientGetsHalfOfWhatIsLeft() {
        Client first = new Client(0);
        assertThat(first.share.hold(MAX / 2 + 1)).isFalse();
        assertThat(memory.heldBytes()).isZero();
        assertThat(first.share.hold(MAX / 2)).isTrue();
        Client second = new Client(0);
        assertThat(second.share.hold(MAX / 4 + 1)).isFalse();
        assertThat(second.share.hold(MAX / 4)).isTrue();
        assertThat(memory.heldBytes()).isEqualTo(MAX / 2 + MAX / 4);
        assertThat(first.share.hold(0)).isTrue();
        assertThat(second.share.hold(MAX / 2)).isTrue();
        assertThat(memory.heldBytes()).isEqualTo(MAX / 2);
        second.share.close();
        assertThat(memory.heldBytes()).isZero();
        assertThat(second.share.hold(1)).as("a share that is closed").isFalse();
    }

    @Test
    void closesTheClientsThatHoldMuchForLong() {
        Client large = new Client(5);
        assertThat(large.share.hold(MAX / 4)).isTrue();
        Client old = new Client(1_000_000);
        assertThat(old.share.hold(LEAST)).isTrue();
        Client inProcess = new Client(ClientShare.Holder.IN_PROCESS);
        assertThat(inProcess.share.hold(MAX / 4)).isTrue();
        List<Client> others = fill(LEAST, 2);
        assertThat(memory.closedClients()).isZero();
        Client late = new Client(0);
        assertThat(late.share.hold(SMALL)).isTrue();
        assertThat(old.isClosed)
                .as("the client with the most bytes times nanoseconds")
                .isTrue();
        assertThat(large.isClosed).as("the next one").isTrue();
        assertThat(others).noneMatch(client -> client.isClosed);
        assertThat(inProcess.isClosed).isFalse();
        assertThat(memory.closedClients()).isEqualTo(2);
    }

    @Test
    void closesNobodyForALargeRequest() {
        List<Client> others = fill(LEAST, 2);
        assertThat(new Client(0).share.hold(SMALL + 1)).isFalse();
        assertThat(others).noneMatch(client -> client.isClosed);
    }

    @Test
    void closesNobodyForAClientThatHoldsMoreForLonger() {
        List<Client> others = fill(LEAST, 2);
        assertThat(new Client(3).share.hold(SMALL)).isFalse();
        assertThat(others).noneMatch(client -> client.isClosed);
    }

    @Test
    void theLeastIsAlwaysGranted() {
        fill(LEAST, ClientShare.Holder.IN_PROCESS);
        long before = memory.heldBytes();
        Client late = new Client(0);
        assertThat(late.share.hold(LEAST)).isTrue();
        assertThat(memory.heldBytes()).isEqualTo(before + LEAST);
        assertThat(late.share.hold(LEAST + 1)).isFalse();
        late.share.close();
        assertThat(memory.heldBytes()).isEqualTo(before);
    }

    @Test
    void repliesThatWaitLeaveHalfForRequests() {
        memory.beginWait(MAX / 2 - 1);
        assertThat(memory.isShort()).isFalse();
        memory.beginWait(MAX);
        assertThat(memory.isShort()).isTrue();
        assertThat(new Client(0).share.hold(MAX / 4)).isTrue();
        assertThat(new Client(0).share.hold(MAX / 4)).isFalse();
        memory.endWait(MAX);
        assertThat(memory.isShort()).isFalse();
        assertThat(memory.heldBytes()).isEqualTo(MAX / 2 - 1 + MAX / 4);
    }

    @Test
    void nothingIsLeftOfClientsThatCameAndWentTogether() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> runs = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(thread);
            runs.add(threads.submit(() -> {
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                    if (clients.size() < 100) {
                        clients.add(new Client(1 + random.nextInt(1_000)));
                    }
                    Client client = clients.get(random.nextInt(clients.size()));
                    boolean isGranted = client.share.hold(random.nextInt(SMALL));
                    if (!isGranted || random.nextInt(10) == 0) {
                        client.share.close();
                        clients.remove(client);
                    }
                }
                clients.forEach(client -> client.share.close());
            }));
        }
        for (Future<?> run : runs) {
            run.get(50, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(memory.heldBytes()).isZero();
        assertThat(memory.closedClients()).isPositive();
    }

    /** Makes clients until nothing more than {@link ClientShare#LEAST_BYTES} would be granted without closing one. */
    private List<Client> fill(int bytes, long waited) {
        List<Client> clients = new ArrayList<>();
        while (memory.heldBytes() + 2L * SMALL <= MAX) {
            Client client = new Client(waited);
            assertThat(client.share.hold(bytes)).isTrue();
            clients.add(client);
        }
        Client last = new Client(waited);
        assertThat(last.share.hold(bytes)).isTrue();
        clients.add(last);
        return clients;
    }
}
