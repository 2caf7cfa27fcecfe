package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.Reply;

/** Counts the connections of clients at each node of a Cluster. It keeps one to each open, which it leaves out. */
final class NodeClients implements AutoCloseable {
    private static final Pattern ACCEPTED = Pattern.compile("total_connections_received:(\\d+)");
    private static final Pattern OPEN = Pattern.compile("connected_clients:(\\d+)");

    private final List<RedisControl> nodes = new ArrayList<>();

    /**
     * The connections at one node.
     *
     * @param accepted since it started
     * @param open now
     */
    record Count(long accepted, long open) {}

    NodeClients(Cluster cluster) {
        cluster.masters().forEach(node -> nodes.add(new RedisControl(node.resp())));
    }

    /** Counts now, node by node. */
    List<Count> counts() {
        List<Count> counts = new ArrayList<>();
        for (RedisControl node : nodes) {
            Reply.Bulk info = (Reply.Bulk) node.call("INFO");
            counts.add(parse(info.bytes().asUtf8()));
        }
        return counts;
    }

    /** Closes all connections of others at once. */
    void closeOthers() {
        nodes.forEach(node -> node.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
    }

    /** Reads the output of {@code INFO}, whose asker is one of the clients. */
    static Count parse(String info) {
        return new Count(number(ACCEPTED, info) - 1, number(OPEN, info) - 1);
    }

    private static long number(Pattern pattern, String info) {
        Matcher matcher = pattern.matcher(info);
        if (!matcher.find()) {
            throw new BenchException("no %s in: %s".formatted(pattern, info));
        }
        return Long.parseLong(matcher.group(1));
    }

    @Override
    public void close() {
        nodes.forEach(RedisControl::close);
    }
}
