package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import redisproxy.net.HangUp;
import redisproxy.net.ReadableSource;

/**
 * Lets a new connection in, or closes it if too many are open. Tries several times, since
 * connections that have been closed may not be unregistered yet. Never blocks.
 */
final class Admission {
    private static final int ATTEMPTS = 3;
    private static final long RETRY_MILLIS = 20;
    private static final byte[] TOO_MANY_CLIENTS =
            "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ReadableSource endPoint;
    private final ClientRegistry registry;
    private final Session session;
    private final RespConnection connection;
    private final ClientRegistry.Control control;
    private final HangUp hangUp;
    private final IntSupplier excess;

    Admission(
            ReadableSource endPoint,
            ClientRegistry registry,
            Session session,
            RespConnection connection,
            ClientRegistry.Control control,
            HangUp hangUp,
            IntSupplier excess) {
        this.endPoint = endPoint;
        this.registry = registry;
        this.session = session;
        this.connection = connection;
        this.control = control;
        this.hangUp = hangUp;
        this.excess = excess;
    }

    /** Begins; {@link RespConnection#admitted} follows, on this thread or on the scheduler's, or the connection ends. */
    void begin() {
        attempt(ATTEMPTS);
    }

    private void attempt(int attempts) {
        if (!endPoint.isOpen()) {
            return;
        }
        if (registry.register(session, control)) {
            connection.admitted();
        } else if (attempts > 1) {
            endPoint.getScheduler().schedule(() -> attempt(attempts - 1), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            registry.countRejected();
            hangUp.now(TOO_MANY_CLIENTS, HangUp.lingerMillis(excess.getAsInt()));
        }
    }
}
