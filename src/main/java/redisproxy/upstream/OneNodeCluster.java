package redisproxy.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code CLUSTER} as the only node of a Cluster, which holds all slots, so that clients for a Cluster send all requests to the
 * proxy, at the address at which they have reached it. Immutable and thread-safe; no method blocks.
 */
public final class OneNodeCluster {
    /** How many slots a Cluster has (redis.io, "Redis cluster specification"). */
    private static final int SLOTS = 16_384;

    private static final int LAST_SLOT = SLOTS - 1;

    private final String id;
    private final String host;
    private final int port;

    /**
     * Makes a node at an address.
     *
     * @param host the address that the client has connected to
     * @param port the port that the client has connected to
     */
    public OneNodeCluster(String host, int port) {
        this.host = host;
        this.port = port;
        this.id = id(host + ":" + port);
    }

    /** Returns forty digits that are the same whenever the proxy is asked at this address. */
    private static String id(String address) {
        UUID first = UUID.nameUUIDFromBytes(address.getBytes(UTF_8));
        UUID second = UUID.nameUUIDFromBytes((address + " slots").getBytes(UTF_8));
        String digits = "%016x%016x%016x"
                .formatted(
                        first.getMostSignificantBits(),
                        first.getLeastSignificantBits(),
                        second.getMostSignificantBits());
        return digits.substring(0, 40);
    }

    /**
     * Answers a request whose first word is {@code CLUSTER}.
     *
     * @return null if the request is not about nodes and slots, and has to be passed on or refused
     */
    public byte @Nullable [] answer(CommandArguments request, boolean resp3) {
        if (request.count() < 2) {
            return null;
        }
        String subcommand = new String(request.bytes(1), ISO_8859_1).toLowerCase(Locale.ROOT);
        if (subcommand.equals("keyslot") && request.count() == 3) {
            return (":" + slot(request.bytes(2)) + "\r\n").getBytes(ISO_8859_1);
        }
        if (request.count() != 2) {
            return null;
        }
        String answer = switch (subcommand) {
            case "slots" -> slots();
            case "shards" -> shards(resp3);
            case "nodes" -> verbatim(nodeLine() + "\n", resp3);
            case "info" -> verbatim(info(), resp3);
            case "myid" -> bulk(id);
            case "links" -> "*0\r\n";
            default -> null;
        };
        return answer == null ? null : answer.getBytes(UTF_8);
    }

    private String slots() {
        return "*1\r\n*3\r\n:0\r\n:%d\r\n*4\r\n%s:%d\r\n%s*0\r\n".formatted(LAST_SLOT, bulk(host), port, bulk(id));
    }

    private String shards(boolean resp3) {
        List<String> node = List.of(
                bulk("id") + bulk(id),
                bulk("port") + number(port),
                bulk("ip") + bulk(host),
                bulk("endpoint") + bulk(host),
                bulk("role") + bulk("master"),
                bulk("replication-offset") + number(0),
                bulk("health") + bulk("online"));
        String slots = bulk("slots") + "*2\r\n" + number(0) + number(LAST_SLOT);
        String nodes = bulk("nodes") + "*1\r\n" + map(node, resp3);
        return "*1\r\n" + map(List.of(slots, nodes), resp3);
    }

    private String nodeLine() {
        return "%s %s:%d@%d myself,master - 0 0 1 connected 0-%d".formatted(id, host, port, port, LAST_SLOT);
    }

    private static String info() {
        return String.join(
                "\r\n",
                "cluster_enabled:1",
                "cluster_state:ok",
                "cluster_slots_assigned:" + SLOTS,
                "cluster_slots_ok:" + SLOTS,
                "cluster_slots_pfail:0",
                "cluster_slots_fail:0",
                "cluster_known_nodes:1",
                "cluster_size:1",
                "cluster_current_epoch:1",
                "cluster_my_epoch:1",
                "");
    }

    private static String number(long number) {
        return ":" + number + "\r\n";
    }

    private static String bulk(String text) {
        return "$%d\r\n%s\r\n".formatted(text.getBytes(UTF_8).length, text);
    }

    private static String verbatim(String text, boolean resp3) {
        return resp3 ? "=%d\r\ntxt:%s\r\n".formatted(text.getBytes(UTF_8).length + 4, text) : bulk(text);
    }

    private static String map(List<String> pairs, boolean resp3) {
        return (resp3 ? "%" + pairs.size() : "*" + 2 * pairs.size()) + "\r\n" + String.join("", pairs);
    }

    /** Returns the slot of a key: of what is between the first braces, if anything is (redis.io, "Hash tags"). */
    public static int slot(byte[] key) {
        ByteBuffer hashed = ByteBuffer.wrap(key);
        int open = indexOf(key, (byte) '{', 0);
        int close = open < 0 ? -1 : indexOf(key, (byte) '}', open + 1);
        if (close > open + 1) {
            hashed.position(open + 1).limit(close);
        }
        int crc = 0;
        while (hashed.hasRemaining()) {
            crc ^= (hashed.get() & 0xFF) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
            }
        }
        return crc & 0xFFFF & LAST_SLOT;
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
