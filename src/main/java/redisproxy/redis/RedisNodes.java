package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Origin;
import redisproxy.cache.Origins;

/** The servers that requests are sent to, by their addresses. Thread-safe. */
final class RedisNodes implements AutoCloseable {
    /** No Cluster has more nodes; what a node refers to is bounded too. */
    static final int MOST = 1_024;

    /** A master that others refer to, though the slots as told do not name it yet, is kept for so long. */
    private static final long KEPT_NANOS = Duration.ofSeconds(5).toNanos();

    private final BiFunction<NodeAddress, ServerRole, RedisNode> factory;

    @GuardedBy("this")
    private final Map<NodeAddress, Member> members = new LinkedHashMap<>();

    /** Those that others have replaced at their addresses, and that requests may still be sent to. */
    @GuardedBy("this")
    private final List<Member> replaced = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable Origins origins;

    @GuardedBy("this")
    private boolean isClosed;

    private static final class Member {
        private final RedisNode node;
        private final ServerRole role;
        private final Origin origin;

        /** When it was referred to last. */
        private long wantedNanos = System.nanoTime();

        /** Whether it was kept for what it is, not because it was referred to. */
        private boolean isNamed;

        Member(RedisNode node, ServerRole role, Origin origin) {
            this.node = node;
            this.role = role;
            this.origin = origin;
        }

        /** Drops what was kept because the node reported writes, before it ceases to report them. */
        void end(Runnable endOfNode) {
            try {
                origin.close();
            } finally {
                endOfNode.run();
            }
        }
    }

    RedisNodes(BiFunction<NodeAddress, ServerRole, RedisNode> factory) {
        this.factory = factory;
    }

    synchronized void start(Origins followed) {
        origins = followed;
    }

    /**
     * Returns the node at an address, and keeps it for a while; makes and starts it first if there is none. Returns null if there
     * are too many, or this is closed.
     *
     * @param role what the server has to be if the node is made
     */
    synchronized @Nullable RedisNode at(NodeAddress address, ServerRole role) {
        Member member = members.get(address);
        if (member == null) {
            return add(address, role);
        }
        member.wantedNanos = System.nanoTime();
        return member.node;
    }

    /** Does what {@link #at} does, for a server that has that role from now on: a node for another role is replaced. */
    synchronized @Nullable RedisNode as(ServerRole role, NodeAddress address) {
        Member member = members.get(address);
        if (member != null && member.role != role) {
            replaced.add(members.remove(address));
        }
        return at(address, role);
    }

    /** Replaces the node at an address by one that has nothing to do yet. */
    synchronized void renew(NodeAddress address) {
        Member member = members.remove(address);
        if (member != null) {
            replaced.add(member);
            RedisNode unused = add(address, member.role);
        }
    }

    @GuardedBy("this")
    private @Nullable RedisNode add(NodeAddress address, ServerRole role) {
        if (isClosed || origins == null || members.size() >= MOST) {
            return null;
        }
        Member added = new Member(factory.apply(address, role), role, origins.addOrigin(address.toString()));
        try {
            added.node.start(added.origin);
        } catch (RuntimeException | Error e) {
            // No thread can be made.
            added.end(added.node::close);
            throw e;
        }
        members.put(address, added);
        return added.node;
    }

    /**
     * Removes the nodes that have been replaced, and those that are not among these any more, or have not been referred to for a
     * while. In the background, what they have not answered is taken over by others, and what was kept because they reported
     * writes is dropped. Call it when no request is sent to them any more.
     */
    synchronized void removeAllBut(Set<NodeAddress> kept) {
        long now = System.nanoTime();
        for (Iterator<Map.Entry<NodeAddress, Member>> each = members.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<NodeAddress, Member> next = each.next();
            Member member = next.getValue();
            if (kept.contains(next.getKey())) {
                member.isNamed = true;
            } else if (member.isNamed || now - member.wantedNanos >= KEPT_NANOS) {
                // What has been sent to a node that has failed would wait there for the whole timeout.
                each.remove();
                replaced.add(member);
            }
        }
        for (Member member : replaced) {
            Thread unused = begin(() -> member.end(member.node::retire));
        }
        replaced.clear();
    }

    synchronized Map<NodeAddress, RedisNode> all() {
        Map<NodeAddress, RedisNode> all = new LinkedHashMap<>();
        members.forEach((address, member) -> all.put(address, member.node));
        return all;
    }

    /** Returns the name of a thread that a node needs and that has ended, or null. */
    @Nullable
    String lostThread() {
        String lost = null;
        for (RedisNode node : all().values()) {
            lost = lost == null ? node.lostThread() : lost;
        }
        return lost;
    }

    /** Fails the requests that are not finished, and ends the threads. Blocks for two seconds or a little more at most. */
    @Override
    public void close() {
        List<Thread> closing = new ArrayList<>();
        synchronized (this) {
            isClosed = true;
            members.values().forEach(member -> closing.add(begin(member.node::close)));
            replaced.forEach(member -> closing.add(begin(member.node::close)));
            members.clear();
            replaced.clear();
        }
        try {
            for (Thread each : closing) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread begin(Runnable end) {
        Thread thread = new Thread(end, "redis-proxy-retire");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
