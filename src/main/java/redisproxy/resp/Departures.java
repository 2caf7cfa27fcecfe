package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.net.Round;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.Relay;

/**
 * The commands that the connections of one selector pass on: those of one {@link Round} leave together, so that Redis gets one
 * pipeline for many clients. Those of one connection leave in the order in which they were added. Thread-safe; does not block.
 */
final class Departures {
    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    /** A longer pipeline saves hardly any more system calls. */
    private static final int ENOUGH = 128;

    private final Relay relay;
    private final Round round;
    private final Runnable end = this::end;

    @GuardedBy("this")
    private List<PassedCommand> gathered = new ArrayList<>();

    /** Whether the end of the round has what is gathered leave. */
    @GuardedBy("this")
    private boolean isAwaited;

    Departures(Relay relay, Round round) {
        this.relay = relay;
        this.round = round;
    }

    /** Has commands leave at the end of the round that the calling thread serves, or at once if it serves none. */
    synchronized void add(List<PassedCommand> commands) {
        gathered.addAll(commands);
        if (gathered.size() >= ENOUGH || !round.isGathering()) {
            leave();
        } else if (!isAwaited) {
            isAwaited = true;
            round.atEnd(end);
        }
    }

    private synchronized void end() {
        isAwaited = false;
        leave();
    }

    /** Has all leave that is gathered. Under the lock to the end: what another thread adds meanwhile may be of the same connection. */
    synchronized void leave() {
        if (!gathered.isEmpty()) {
            List<PassedCommand> together = gathered;
            gathered = new ArrayList<>();
            pass(together);
        }
    }

    private void pass(List<PassedCommand> together) {
        try {
            relay.pass(together);
        } catch (RuntimeException | Error e) {
            LOG.error("Commands were not passed on, or not all of them", e);
            // Clients wait for their replies. Those that have been taken over may have ended, which counts.
            together.forEach(each -> each.failInDoubt("ERR passing the command on failed: " + e));
            together.forEach(PassedCommand::flush);
        }
    }
}
