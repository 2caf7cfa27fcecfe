package redisproxy.jetty;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.cache.Provenance;
import redisproxy.http.Answer;
import redisproxy.measure.Access;
import redisproxy.measure.AccessLog;
import redisproxy.net.PeerAddress;
import redisproxy.net.ReadableSource;

/** The requests of one connection that are answered without Jetty, as the access log takes them. Thread-safe. */
final class UsualAccess {
    private static final String PROTOCOL = "HTTP/1.1";
    private static final String METHOD = "GET";
    private static final int FOUND = 200;
    private static final int ABSENT = 404;

    private final AccessLog log;
    private final ReadableSource source;

    /** Makes what logs the requests of a connection. */
    UsualAccess(AccessLog log, ReadableSource source) {
        this.log = log;
        this.source = source;
    }

    /** Logs the requests that were answered from memory, those that are wanted. */
    void hits(Lookups lookups, int from, int to, long begunNanos) {
        for (int i = from; i < to; i++) {
            Entry entry = lookups.entry(i);
            if (entry != null && log.wants()) {
                String result = lookups.isStale(i) ? "stale" : entry.isAbsent() ? "absent" : "hit";
                int status = entry.isAbsent() ? ABSENT : FOUND;
                add(lookups.key(i), result, status, entry.isAbsent() ? 0 : entry.valueLength(), begunNanos);
            }
        }
    }

    /** Returns what logs a request that waits for a load, or null if it is not wanted. */
    @Nullable
    Miss miss(byte[] key, long begunNanos) {
        return log.wants() ? new Miss(Access.shortened(key), begunNanos) : null;
    }

    private void add(byte[] key, String result, int status, long bytes, long begunNanos) {
        log.add(new Access(
                Access.Port.HTTP,
                PeerAddress.of(source.getRemoteSocketAddress()),
                METHOD,
                Access.shortened(key),
                result,
                Integer.toString(status),
                PROTOCOL,
                bytes,
                System.nanoTime() - begunNanos));
    }

    /** A request that waits for a load. */
    final class Miss {
        private final byte[] key;
        private final long begunNanos;

        private Miss(byte[] key, long begunNanos) {
            this.key = key;
            this.begunNanos = begunNanos;
        }

        /** Logs it; {@code provenance} is that of the loaded entry, or null without one. */
        void answered(Answer answer, @Nullable Provenance provenance) {
            add(key, result(provenance), answer.head().status(), answer.length(), begunNanos);
        }

        private static String result(@Nullable Provenance provenance) {
            if (provenance == null) {
                return "error";
            }
            return switch (provenance) {
                case STORED, RENEWED, PASSED -> "miss";
                case BYPASSED -> "bypass";
                case STALE -> "stale";
            };
        }
    }
}
