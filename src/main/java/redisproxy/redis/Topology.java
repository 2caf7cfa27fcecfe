package redisproxy.redis;

import java.util.List;
import java.util.stream.Collectors;

/** Which servers hold the keys, and how they are found. Immutable. The text names the addresses and no credentials. */
public sealed interface Topology {
    /** What the server at an address tells, once it is asked: it holds all keys, or is a node of a Cluster. */
    record Auto(NodeAddress address) implements Topology {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /** One server that holds all keys. */
    record Standalone(NodeAddress address) implements Topology {
        @Override
        public String toString() {
            return address + " (standalone)";
        }
    }

    /**
     * A master that Sentinels watch, and whose address they tell.
     *
     * @param addresses Sentinels, of which any may answer; not empty
     * @param masterName the name under which they know the master
     * @param credentials towards the Sentinels, which have users of their own
     */
    record Sentinel(List<NodeAddress> addresses, String masterName, Credentials credentials) implements Topology {
        public Sentinel {
            addresses = List.copyOf(addresses);
            requireAddress(addresses);
            if (masterName.isBlank()) {
                throw new IllegalArgumentException("masterName: blank (expected: the name that the Sentinels know)");
            }
        }

        @Override
        public String toString() {
            return "%s of the Sentinels at %s".formatted(masterName, joined(addresses));
        }
    }

    /**
     * A Redis Cluster.
     *
     * @param seeds nodes of it, of which any may tell of the others; not empty
     */
    record Cluster(List<NodeAddress> seeds) implements Topology {
        public Cluster {
            seeds = List.copyOf(seeds);
            requireAddress(seeds);
        }

        @Override
        public String toString() {
            return "Cluster at " + joined(seeds);
        }
    }

    private static void requireAddress(List<NodeAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("addresses: none (expected: one at least)");
        }
    }

    private static String joined(List<NodeAddress> addresses) {
        return addresses.stream().map(NodeAddress::toString).collect(Collectors.joining(", "));
    }
}
