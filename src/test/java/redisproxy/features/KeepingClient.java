package redisproxy.features;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** A client that keeps what it reads until it is told that it has been written. */
final class KeepingClient {
    private final RespClient reads;

    /** Where it is told; the same connection, unless it speaks RESP2. */
    private final RespClient hears;

    private final Map<Bytes, Reply> kept = new HashMap<>();
    private int requests;

    private KeepingClient(RespClient reads, RespClient hears) {
        this.reads = reads;
        this.hears = hears;
    }

    /** Makes a client that speaks RESP3, with these further options of CLIENT TRACKING. */
    static KeepingClient onOneConnection(RespClient connection, String... options) {
        connection.call("HELLO", "3");
        return new KeepingClient(connection, connection).track(options);
    }

    /** Makes a client that speaks RESP2, which has no other way to be told. */
    static KeepingClient onTwoConnections(RespClient reads, RespClient hears) {
        long id = ((Reply.Whole) hears.call("CLIENT", "ID")).value();
        hears.call("SUBSCRIBE", "__redis__:invalidate");
        return new KeepingClient(reads, hears).track("REDIRECT", Long.toString(id));
    }

    private KeepingClient track(String... options) {
        String[] request = new String[3 + options.length];
        System.arraycopy(new String[] {"CLIENT", "TRACKING", "ON"}, 0, request, 0, 3);
        System.arraycopy(options, 0, request, 3, options.length);
        Reply reply = reads.call(request);
        if (!reply.equals(new Reply.Simple("OK"))) {
            throw new IllegalStateException(reply.toString());
        }
        return this;
    }

    /** Returns what it holds for the key, or else what the proxy says. */
    Reply read(Bytes key) {
        while (hears.hasInput()) {
            boolean unused = hear(hears.read());
        }
        Reply held = kept.get(key);
        return held == null ? ask(key) : held;
    }

    /** How often it has asked the proxy. */
    int requests() {
        return requests;
    }

    private Reply ask(Bytes key) {
        requests++;
        reads.send(RespClient.encode(Bytes.utf8("GET"), key));
        Reply reply = reads.read();
        while (hear(reply)) {
            reply = reads.read();
        }
        kept.put(key, reply);
        return reply;
    }

    /** Drops what it is told of; returns false if that is a reply. */
    private boolean hear(Reply told) {
        if (!(told instanceof Reply.Items items) || items.items().size() < 2) {
            return false;
        }
        List<Reply> parts = items.items();
        if (parts.get(parts.size() - 1) instanceof Reply.Items keys) {
            keys.items().forEach(key -> kept.remove(((Reply.Bulk) key).bytes()));
        } else {
            kept.clear();
        }
        return true;
    }
}
