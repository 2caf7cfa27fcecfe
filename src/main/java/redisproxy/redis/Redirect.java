package redisproxy.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an error reply of a Cluster's node says of where a key is (Redis documentation, "Redis cluster specification", MOVED
 * and ASK redirection).
 *
 * @param kind what to do
 * @param address the node to ask, or null for the same one
 */
record Redirect(Kind kind, @Nullable NodeAddress address) {
    private static final Pattern TO_A_NODE = Pattern.compile("(MOVED|ASK) (\\d{1,5}) (\\S*):(\\d{1,5})");

    /** What to do about a reply. */
    enum Kind {
        /** Another node holds the slot. */
        MOVED,
        /** This key alone is to be asked for at another node. */
        ASK,
        /** The same is to be asked again later. */
        LATER,
        /** The same, unless the Cluster is known not to serve. */
        DOWN
    }

    private static final String CLUSTER_DOWN = "CLUSTERDOWN";

    /** Errors that pass, without one command that would make them pass. */
    private static final String[] PASSING = {"TRYAGAIN", CLUSTER_DOWN, "LOADING", "MASTERDOWN"};

    /**
     * Reads an error reply.
     *
     * @param asked the node that has replied, whose host stands for one that is left out
     * @return null if it says nothing of that kind
     */
    static @Nullable Redirect of(String error, NodeAddress asked) {
        Matcher to = TO_A_NODE.matcher(error);
        if (to.matches()) {
            int slot = Integer.parseInt(to.group(2));
            int port = Integer.parseInt(to.group(4));
            if (slot >= ClusterSlots.COUNT || port < 1 || port > NodeAddress.MAX_PORT) {
                return null;
            }
            String host = to.group(3);
            boolean isLeftOut = host.isEmpty() || host.equals("?");
            return new Redirect(Kind.valueOf(to.group(1)), new NodeAddress(isLeftOut ? asked.host() : host, port));
        }
        for (String passing : PASSING) {
            if (error.equals(passing) || error.startsWith(passing + " ")) {
                return new Redirect(passing.equals(CLUSTER_DOWN) ? Kind.DOWN : Kind.LATER, null);
            }
        }
        return null;
    }
}
