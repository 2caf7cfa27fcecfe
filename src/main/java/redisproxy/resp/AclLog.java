package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** What clients were refused of late, a bounded number of cases (redis.io, "ACL LOG"). No secret is in it. Thread-safe. */
final class AclLog {
    /** As in Redis by default. */
    private static final int MAX_ENTRIES = 128;

    /** As in Redis: what repeats within this time is counted with the entry before. */
    private static final long GROUPING_MILLIS = 60_000;

    private static final int MAX_TEXT = 128;

    private final LongSupplier clock;

    @GuardedBy("this")
    private final Deque<Entry> entries = new ArrayDeque<>();

    @GuardedBy("this")
    private long nextId;

    /** What was refused. */
    enum Reason {
        COMMAND,
        KEY,
        CHANNEL,
        AUTH;

        /** Returns the word of Redis. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One case.
     *
     * @param count how often it happened
     * @param object the command or key; for a login the command that asked for it
     * @param user the name of the user, or the one that was given
     * @param client as CLIENT LIST shows it
     */
    record Entry(
            long id,
            long count,
            Reason reason,
            String object,
            String user,
            long createdMillis,
            long updatedMillis,
            String client) {
        private boolean isSame(Entry other) {
            return reason == other.reason && object.equals(other.object) && user.equals(other.user);
        }
    }

    /** Makes an empty log; {@code clock} returns the time in milliseconds. */
    AclLog(LongSupplier clock) {
        this.clock = clock;
    }

    void add(Reason reason, String object, String user, Session session) {
        long now = clock.getAsLong();
        add(new Entry(0, 1, reason, cut(object), cut(user), now, now, session.describe(System.nanoTime())));
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private synchronized void add(Entry added) {
        for (Entry each : entries) {
            if (each.isSame(added) && added.updatedMillis() - each.updatedMillis() <= GROUPING_MILLIS) {
                entries.remove(each);
                entries.addFirst(new Entry(
                        each.id(),
                        each.count() + 1,
                        each.reason(),
                        each.object(),
                        each.user(),
                        each.createdMillis(),
                        added.updatedMillis(),
                        added.client()));
                return;
            }
        }
        entries.addFirst(new Entry(
                nextId++,
                1,
                added.reason(),
                added.object(),
                added.user(),
                added.createdMillis(),
                added.updatedMillis(),
                added.client()));
        if (entries.size() > MAX_ENTRIES) {
            entries.removeLast();
        }
    }

    /** Returns at most so many entries, the newest first. */
    synchronized List<Entry> newest(long most) {
        return new ArrayList<>(entries.stream().limit(most).toList());
    }

    synchronized void reset() {
        entries.clear();
    }

    /** Returns the time that entries are compared with. */
    long now() {
        return clock.getAsLong();
    }
}
