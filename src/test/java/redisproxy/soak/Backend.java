package redisproxy.soak;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.TcpRelay;
import redisproxy.testkit.TcpRelay.Weather;

/** A real redis-server behind a relay, and the faults of both. Used by one thread. */
final class Backend implements AutoCloseable {
    private static final Pattern CONNECTED_CLIENTS = Pattern.compile("connected_clients:(\\d+)");

    private final RedisServerProcess redis = RedisServerProcess.started();
    private final TcpRelay relay = new TcpRelay(redis.address());
    private final Contents contents;
    private RedisControl control = redis.control();

    Backend(Contents contents) {
        this.contents = contents;
        contents.fill(control);
    }

    /** The address that the proxy is given for Redis. */
    Address address() {
        return relay.address();
    }

    RedisServerProcess redis() {
        return redis;
    }

    /** How many connections have been made to the address, those that did not reach Redis included. */
    int connections() {
        return relay.accepted();
    }

    /** How many connections Redis has, that of the test included. */
    int connectedClients() {
        Reply info = control.call("INFO", "clients");
        Matcher count = CONNECTED_CLIENTS.matcher(((Reply.Bulk) info).bytes().asUtf8());
        if (!count.find()) {
            throw new IllegalStateException("no connected_clients in " + info);
        }
        return Integer.parseInt(count.group(1));
    }

    /** Causes the fault. One that ends by itself lasts at least for that time. */
    void begin(Fault fault, Duration time) {
        switch (fault) {
            case CRASH -> {
                contents.lost(true);
                control.close();
                redis.kill();
            }
            case SUSPENSION -> redis.suspend();
            case PAUSE -> control.pause(time);
            case KILL -> killClients();
            case FULL_HOUSE -> {
                control.call("CONFIG", "SET", "maxclients", "1");
                killClients();
            }
            case PASSWORD -> {
                control.call("CONFIG", "SET", "requirepass", "secret");
                killClients();
            }
            case DROP -> relay.drop();
            case REFUSAL -> relay.refuse();
            case SLOWNESS -> relay.become(Weather.SLOW);
            case CUTS -> relay.become(Weather.CUTTING);
            case REJECTION -> relay.become(Weather.REJECTING);
            case SILENCE -> relay.become(Weather.SILENT);
            case GARBAGE -> relay.become(Weather.GARBLING);
        }
    }

    void end(Fault fault) {
        switch (fault) {
            case CRASH -> {
                redis.start();
                control = redis.control();
                contents.fill(control);
            }
            case SUSPENSION -> redis.resume();
            // Redis answers this when the pause is over.
            case PAUSE -> control.call("PING");
            case KILL, DROP -> {}
            case FULL_HOUSE -> control.call("CONFIG", "SET", "maxclients", "1000");
            case PASSWORD -> control.call("CONFIG", "SET", "requirepass", "");
            case REFUSAL -> relay.listen();
            case SLOWNESS, CUTS, REJECTION, SILENCE, GARBAGE -> relay.become(Weather.FAIR);
        }
    }

    private void killClients() {
        control.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }

    @Override
    public void close() {
        relay.close();
        control.close();
        redis.close();
    }
}
