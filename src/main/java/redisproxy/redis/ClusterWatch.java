package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;

/**
 * Asks the nodes of a Cluster, on a thread of its own, which of them hold which slots: at once when something indicates that
 * the slots have changed, and now and then otherwise. It keeps a connection to one node, and turns to another one when that
 * does not answer. Thread-safe.
 */
final class ClusterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);

    /**
     * The epoch of the Cluster, which changes with each move of slots that is complete, is asked for this often. While a node is
     * down, nothing else tells that another one has its slots: requests for them are refused without being sent.
     */
    private static final Duration PERIOD = Duration.ofMillis(500);

    /** The same while slots are on no node, the Cluster does not serve, or no node answers. */
    private static final Duration UNSETTLED_PERIOD = Duration.ofMillis(200);

    /** However many requests are referred to other nodes, the slots are not asked for more often. */
    private static final Duration LEAST_PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** The slots are asked for even if nothing indicates a change. */
    private static final Duration LONGEST_UNASKED = Duration.ofSeconds(30);

    /** A node that knows an older epoch than another one has told is believed after so long: the Cluster may be a new one. */
    private static final Duration OLD_EPOCH_REFUSED = Duration.ofSeconds(5);

    /** How many nodes are asked each time, if none tells what is believed. */
    private static final int MOST_ASKED = 4;

    /** A node that does not answer for so long is left for another one, unless none has answered the last time. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(300);

    private static final long CLOSE_WAIT_MILLIS = 2_000;

    private final RedisConfig config;
    private final List<NodeAddress> seeds;
    private final Consumer<ClusterSlots> follower;
    private final ClusterHealth health;
    private final Outage outage;
    private final Thread thread = new Thread(this::run, "redis-proxy-cluster");

    /* Used by the thread alone. */
    private ClusterSlots slots = ClusterSlots.NONE;
    private @Nullable NodeAddress asked;
    private @Nullable ControlConnection connection;
    private @Nullable ClusterView view;
    private long acceptedNanos;
    private final SilentNodes silent = new SilentNodes();

    /** How long the last answer took. */
    private long answerNanos;

    private final CurrentConnection current = new CurrentConnection();

    @GuardedBy("this")
    private boolean isWanted = true;

    private volatile @Nullable String failure;

    /**
     * Makes a watch.
     *
     * @param seeds the nodes that are asked before others are known
     * @param follower is told the slots, on the watch's thread, each time a node has told them: the same object if they have
     *     not changed
     * @param health is told whether the nodes find that the Cluster serves
     * @param log is told whether a node tells the slots
     */
    ClusterWatch(
            RedisConfig config,
            List<NodeAddress> seeds,
            Consumer<ClusterSlots> follower,
            ClusterHealth health,
            EventLog log) {
        this.config = config;
        this.seeds = seeds;
        this.follower = follower;
        this.health = health;
        this.outage = new Outage(log, "cluster");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Has the slots asked for soon. Does not block. */
    synchronized void refresh() {
        if (!isWanted) {
            isWanted = true;
            notifyAll();
        }
    }

    /** Returns why no node has told the slots the last time, or null if one has or none has been asked yet. */
    @Nullable
    String failure() {
        return failure;
    }

    /** Returns why the nodes are of no help at present, in one line; empty if one tells the slots and finds that they are served. */
    String detail() {
        String why = failure;
        return why == null ? health.detail() : why;
    }

    /** Returns the name of the thread if it has ended, or null. */
    @Nullable
    String lostThread() {
        return thread.getState() == Thread.State.TERMINATED ? thread.getName() : null;
    }

    private void run() {
        try {
            while (true) {
                lookSafely(takeWanted());
                // What takes a node long is done less often.
                long pauseMillis = Math.max(LEAST_PAUSE.toMillis(), 2 * TimeUnit.NANOSECONDS.toMillis(answerNanos));
                Thread.sleep(Math.min(pauseMillis, LONGEST_PAUSE.toMillis()));
                awaitWanted();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean takeWanted() {
        boolean wasWanted = isWanted;
        isWanted = false;
        return wasWanted;
    }

    private synchronized void awaitWanted() throws InterruptedException {
        Duration period = isSettled() ? PERIOD : UNSETTLED_PERIOD;
        long untilNanos = System.nanoTime() + period.toNanos();
        for (long left = period.toNanos(); !isWanted && left > 0; left = untilNanos - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private boolean isSettled() {
        return failure == null && slots.isWhole() && view != null && view.isOk();
    }

    private void lookSafely(boolean isWantedNow) {
        try {
            look(isWantedNow);
        } catch (RuntimeException | Error e) {
            LOG.error("Asking the Cluster for its slots failed unexpectedly", e);
        }
    }

    /** Asks one node after the other until one tells what is believed. */
    private void look(boolean isWantedNow) {
        boolean isDue = isWantedNow || !isSettled() || System.nanoTime() - acceptedNanos >= LONGEST_UNASKED.toNanos();
        ClusterView best = null;
        String last = null;
        String notServing = null;
        for (NodeAddress address : candidates()) {
            if (best != null && silent.contains(address)) {
                break;
            }
            long askedNanos = System.nanoTime();
            try {
                ClusterView told = ask(address, isDue);
                answerNanos = System.nanoTime() - askedNanos;
                silent.remove(address);
                if (told.isSameAs(view) && !isDue) {
                    health.serves();
                    follower.accept(slots);
                    return;
                }
                if (told.isOk() && isNewEnough(told)) {
                    accept(told);
                    return;
                }
                if (!told.isOk()) {
                    notServing = "the node at %s says cluster_state:fail".formatted(address);
                }
                best = best == null || told.epoch() > best.epoch() ? told : best;
            } catch (RuntimeException e) {
                silent.add(address);
                last = Failures.describe(config.node(address), e);
                LOG.debug("Asking {} for the slots of the Cluster failed", address, e);
            }
            leave();
        }
        if (best != null && isNewEnough(best)) {
            if (notServing != null) {
                health.down(notServing);
            }
            accept(best);
        } else if (last != null && best == null) {
            failed(last);
        }
    }

    private boolean isNewEnough(ClusterView told) {
        return view == null
                || told.epoch() >= view.epoch()
                || System.nanoTime() - acceptedNanos >= OLD_EPOCH_REFUSED.toNanos();
    }

    /** Returns the node that was asked last, and then others that are known, in any order but for those that are silent. */
    private List<NodeAddress> candidates() {
        List<NodeAddress> others = new ArrayList<>(slots.nodes());
        others.addAll(seeds);
        Collections.shuffle(others);
        silent.sort(others);
        Set<NodeAddress> all = new LinkedHashSet<>();
        if (asked != null) {
            all.add(asked);
        }
        all.addAll(others);
        return all.stream().limit(MOST_ASKED).toList();
    }

    private ClusterView ask(NodeAddress address, boolean isDue) {
        ControlConnection open = connect(address);
        ClusterView told = ClusterView.of(ControlConnection.text(open.ask(Protocol.Command.CLUSTER, "INFO")));
        if (isDue || !told.isSameAs(view)) {
            Object reply = open.ask(Protocol.Command.CLUSTER, "SLOTS");
            return told.with(ClusterSlots.of(reply, address));
        }
        return told;
    }

    private ControlConnection connect(NodeAddress address) {
        ControlConnection open = connection;
        if (open == null || !address.equals(asked)) {
            asked = address;
            open = current.open(config.node(address), failure == null ? FIRST_WAIT : ControlConnection.LONGEST_WAIT);
            connection = open;
        }
        return open;
    }

    /** Ends the connection to the node that was asked last. */
    private void leave() {
        asked = null;
        connection = null;
        current.leave();
    }

    private void accept(ClusterView told) {
        if (view == null) {
            // Many proxies begin with the same seed: the next node is any of all.
            leave();
        }
        if (told.isOk()) {
            health.serves();
        }
        view = told;
        acceptedNanos = System.nanoTime();
        failure = null;
        outage.end(EventKind.SLOTS_BACK, "A node of the Cluster tells its slots again");
        ClusterSlots next = told.slots();
        if (next != null && !next.isSameAs(slots)) {
            slots = next;
        }
        follower.accept(slots);
    }

    private void failed(String why) {
        outage.begin(EventKind.SLOTS_LOST, "No node of the Cluster tells its slots; the last that was asked: " + why);
        failure = why;
    }

    /** A request has failed for want of a node that answers it. */
    void countFailed() {
        outage.cost(1);
    }

    /** Ends the thread and the connection. Blocks for two seconds at most. */
    @Override
    public void close() {
        current.close();
        thread.interrupt();
        try {
            thread.join(CLOSE_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
