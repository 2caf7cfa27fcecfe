package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.PassedCommand;
import redisproxy.upstream.RawReply;
import redisproxy.upstream.Relay;

/**
 * The version of Redis that clients are told. Those that go on to Redis may use what it has, so it is Redis's own, asked for when it is
 * wanted, and again from time to time: a failover may lead to another one. Thread-safe; never blocks.
 */
final class BackingVersion {
    /** Since when Redis has been asked last, at least, if it is asked again. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long VALID_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Pattern VERSION = Pattern.compile("^redis_version:([0-9.]{1,32})\r?$", Pattern.MULTILINE);
    private static final byte[] REQUEST = "*2\r\n$4\r\nINFO\r\n$6\r\nserver\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Relay relay;
    private final AtomicLong askedNanos = new AtomicLong(System.nanoTime() - VALID_NANOS);
    private volatile String known = HandshakeCommands.REDIS_VERSION;
    private volatile boolean isKnown;

    BackingVersion(Relay relay) {
        this.relay = relay;
    }

    /** Returns what Redis has told last, and the version that the proxy follows by itself before that. */
    String get() {
        long last = askedNanos.get();
        long now = System.nanoTime();
        if (now - last >= (isKnown ? VALID_NANOS : PAUSE_NANOS) && askedNanos.compareAndSet(last, now)) {
            relay.pass(List.of(new PassedCommand(
                    REQUEST.clone(), null, 0, /* resp3= */ false, /* repeatable= */ true, now, new Answer())));
        }
        return known;
    }

    private final class Answer implements PassListener {
        @Override
        public void replied(RawReply reply) {
            StringBuilder text = new StringBuilder();
            reply.chunks().forEach(chunk -> text.append(new String(chunk, StandardCharsets.ISO_8859_1)));
            Matcher found = VERSION.matcher(text);
            if (found.find()) {
                known = found.group(1);
                isKnown = true;
            }
        }

        @Override
        public void failed(String error, boolean isInDoubt) {
            // It is asked again.
        }

        @Override
        public void flush() {
            // Nobody waits.
        }

        @Override
        public Object recipient() {
            return BackingVersion.this;
        }
    }
}
