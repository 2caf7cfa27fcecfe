package redisproxy.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A real Redis Cluster on loopback ports: masters that share the slots evenly, and a replica of each. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    /** Longer than a replica tries to take over. */
    private static final Duration TAKEOVER_TIME = Duration.ofSeconds(7);

    private final Path directory;
    private final int masters;
    private final List<RedisServerProcess> nodes = new ArrayList<>();

    /** The nodes that are stopped, and would answer no question. */
    private final BitSet asleep = new BitSet();

    private long takeoverNanos;

    private RedisCluster(int masters) {
        this.masters = masters;
        try {
            this.directory = StateDirectory.create("redis-cluster");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Cluster that serves all slots. */
    public static RedisCluster started(int masters, int replicas) {
        RedisCluster cluster = new RedisCluster(masters);
        try {
            for (int i = 0; i < masters + replicas; i++) {
                cluster.addNode();
            }
            cluster.shareSlots();
            cluster.awaitWhole();
            for (int i = 0; i < replicas; i++) {
                cluster.call(masters + i, "CLUSTER", "REPLICATE", cluster.id(i % masters));
            }
            for (int i = 0; i < replicas; i++) {
                cluster.awaitReplica(masters + i);
            }
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    /** Adds a node that holds no slots; returns its index. */
    public int addNode() {
        int index = nodes.size();
        nodes.add(RedisServerProcess.startedInCluster(
                directory,
                "--cluster-node-timeout",
                "2000",
                "--repl-diskless-sync-delay",
                "0",
                "--cluster-replica-validity-factor",
                "0"));
        call(index, "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(index + 1));
        if (index > 0) {
            Address first = nodes.get(0).address();
            call(index, "CLUSTER", "MEET", first.host(), Integer.toString(first.port()));
        }
        return index;
    }

    private void shareSlots() {
        for (int i = 0; i < masters; i++) {
            int first = SLOTS * i / masters;
            int end = SLOTS * (i + 1) / masters;
            Stream<String> slots = IntStream.range(first, end).mapToObj(Integer::toString);
            call(i, Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots).toArray(String[]::new));
        }
    }

    /** Waits until each node that runs knows all the others and finds that all slots are served. */
    public void awaitWhole() {
        await().until(() -> IntStream.range(0, nodes.size()).filter(this::isUp).allMatch(i -> {
            String info = text(call(i, "CLUSTER", "INFO"));
            return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes.size());
        }));
    }

    private void awaitReplica(int index) {
        await().until(() -> text(call(index, "INFO", "replication")).contains("master_link_status:up"));
    }

    /** Nodes need their processor's time for each other, too. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(POLL_INTERVAL);
    }

    private boolean isUp(int index) {
        return nodes.get(index).isRunning() && !asleep.get(index);
    }

    /** Stops a node until it is resumed; the others are not asked about it. */
    public void suspend(int index) {
        nodes.get(index).suspend();
        asleep.set(index);
    }

    public void resume(int index) {
        nodes.get(index).resume();
        asleep.clear(index);
    }

    /** Whether no slot is served while one has no node, as is the default, or only that one is not. */
    public void requireFullCoverage(boolean isRequired) {
        for (int i = 0; i < nodes.size(); i++) {
            if (isUp(i)) {
                call(i, "CONFIG", "SET", "cluster-require-full-coverage", isRequired ? "yes" : "no");
            }
        }
    }

    /** Has all others forget the node that was added last and holds no slots, and resets it. Returns it; it goes on running. */
    public RedisServerProcess forgetLast() {
        int last = nodes.size() - 1;
        String id = id(last);
        for (int i = 0; i < last; i++) {
            call(i, "CLUSTER", "FORGET", id);
        }
        call(last, "CLUSTER", "RESET", "HARD");
        RedisServerProcess forgotten = nodes.remove(last);
        awaitWhole();
        return forgotten;
    }

    /** Sends any command to a node. */
    public Reply call(int index, String... words) {
        try (RedisControl control = nodes.get(index).control()) {
            return control.call(words);
        }
    }

    /** Returns a section of INFO of a node. */
    public String info(int index, String section) {
        return text(call(index, "INFO", section));
    }

    public String id(int index) {
        return text(call(index, "CLUSTER", "MYID"));
    }

    private static String text(Reply reply) {
        return reply instanceof Reply.Bulk bulk ? bulk.bytes().asUtf8() : String.valueOf(reply);
    }

    public RedisServerProcess node(int index) {
        return nodes.get(index);
    }

    public List<Address> addresses() {
        return nodes.stream().map(RedisServerProcess::address).toList();
    }

    public static int slot(String key) {
        return JedisClusterCRC16.getSlot(key);
    }

    /** Returns the index of the node that holds the slot of a key, as the nodes that run find. */
    public int holderOf(String key) {
        return holder(slot(key));
    }

    private int holder(int slot) {
        return IntStream.range(0, nodes.size())
                .filter(this::isUp)
                .filter(i -> holds(i, slot))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no node holds slot " + slot));
    }

    private boolean holds(int index, int slot) {
        return rangesOf(index).get(slot);
    }

    private BitSet rangesOf(int index) {
        BitSet slots = new BitSet(SLOTS);
        text(call(index, "CLUSTER", "NODES"))
                .lines()
                .filter(line -> line.contains("myself,master"))
                .flatMap(line -> Stream.of(line.split(" ", -1)).skip(8))
                .filter(range -> !range.startsWith("["))
                .forEach(range -> {
                    int dash = range.indexOf('-');
                    int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                    int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
                    slots.set(first, last + 1);
                });
        return slots;
    }

    public boolean isMaster(int index) {
        return isUp(index)
                && text(call(index, "CLUSTER", "NODES")).lines().anyMatch(line -> line.contains("myself,master"));
    }

    /**
     * Has a replica take over from its master, which knows. To be called until it returns true: the replica gives up if they do
     * not agree within five seconds.
     */
    public boolean isTakenOver(int replica) {
        if (isMaster(replica)) {
            takeoverNanos = 0;
            return true;
        }
        if (takeoverNanos == 0 || System.nanoTime() - takeoverNanos > TAKEOVER_TIME.toNanos()) {
            takeoverNanos = System.nanoTime();
            call(replica, "CLUSTER", "FAILOVER");
        }
        return false;
    }

    /** Returns the slots that a node holds. */
    public List<Integer> slotsOf(int index) {
        return IntStream.range(0, SLOTS).filter(rangesOf(index)::get).boxed().toList();
    }

    /** Returns the index of a node that copies a master. */
    public int replicaOf(int master) {
        String id = id(master);
        return IntStream.range(0, nodes.size())
                .filter(this::isUp)
                .filter(i ->
                        text(call(i, "CLUSTER", "NODES")).lines().anyMatch(line -> line.contains("myself,slave " + id)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no node copies " + master));
    }

    /** Waits until a replica has all that has been written to a master. */
    public void awaitCopied(int master) {
        await().until(() -> {
            try (RedisControl control = nodes.get(master).control()) {
                return control.call("WAIT", "1", "1000") instanceof Reply.Whole copies
                        && copies.value() > 0
                        && isCopied(control);
            }
        });
    }

    /** WAIT answers for what its own connection has written, which is nothing. */
    private static boolean isCopied(RedisControl control) {
        String info = text(control.call("INFO", "replication"));
        Matcher written = Pattern.compile("master_repl_offset:(\\d+)").matcher(info);
        return written.find() && info.contains("offset=" + written.group(1));
    }

    /** Begins to move a slot: from now on the source refers to the target for keys that it does not have. */
    public void beginMove(int slot, int from, int to) {
        call(to, "CLUSTER", "SETSLOT", Integer.toString(slot), "IMPORTING", id(from));
        call(from, "CLUSTER", "SETSLOT", Integer.toString(slot), "MIGRATING", id(to));
    }

    /** Moves the keys of a slot that is being moved. */
    public void moveKeys(int slot, int from, int to) {
        Address target = nodes.get(to).address();
        while (true) {
            List<String> keys = ((Reply.Items) call(from, "CLUSTER", "GETKEYSINSLOT", Integer.toString(slot), "100"))
                    .items().stream().map(RedisCluster::text).toList();
            if (keys.isEmpty()) {
                return;
            }
            List<String> migrate = new ArrayList<>(
                    List.of("MIGRATE", target.host(), Integer.toString(target.port()), "", "0", "5000", "KEYS"));
            migrate.addAll(keys);
            call(from, migrate.toArray(String[]::new));
        }
    }

    /** Ends the move of a slot: the target holds it. */
    public void endMove(int slot, int to) {
        String id = id(to);
        call(to, "CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", id);
        for (int i = 0; i < nodes.size(); i++) {
            if (isUp(i) && i != to && isMaster(i)) {
                tellHolder(i, slot, id);
            }
        }
    }

    private void tellHolder(int index, int slot, String holder) {
        try {
            call(index, "CLUSTER", "SETSLOT", Integer.toString(slot), "NODE", holder);
        } catch (IllegalStateException e) {
            // A master that has heard that its last slot is gone becomes a replica.
            if (isMaster(index)) {
                throw e;
            }
        }
    }

    /** Moves a slot with its keys. */
    public void move(int slot, int from, int to) {
        beginMove(slot, from, to);
        moveKeys(slot, from, to);
        endMove(slot, to);
    }

    @Override
    public void close() {
        nodes.forEach(RedisServerProcess::close);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
