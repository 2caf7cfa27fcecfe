package redisproxy.resp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.RawReply;

/**
 * What Redis sends one client unasked: messages of the channels to which it has subscribed, by what Redis has confirmed (redis.io,
 * "Pub/sub"; each channel of a request is confirmed by a message of its own), and what it executes (redis.io, "MONITOR"). Not
 * thread-safe.
 */
final class Subscriptions {
    /** The seconds and microseconds, and the database. */
    private static final Pattern MONITORED = Pattern.compile("\\+\\d+\\.\\d+ \\[\\d");

    private static final Set<String> MESSAGES = Set.of("message", "pmessage", "smessage");

    /** Longer than what the kind of a message stands in. */
    private static final int HEAD_BYTES = 48;

    /** More has no count at the end of a confirmation. */
    private static final int MOST_DIGITS = 18;

    private long channels;
    private long patterns;
    private long shardChannels;
    private boolean isMonitoring;

    /** The confirmations of the request whose turn it is. */
    private List<RawReply> confirmed = new ArrayList<>();

    /** How many it gets. */
    private long expected;

    /** Whether messages of channels may come. */
    boolean areAny() {
        return channels + patterns + shardChannels > 0;
    }

    /** Whether Redis tells the client what it executes. */
    boolean isMonitoring() {
        return isMonitoring;
    }

    /** Redis has replied to MONITOR. */
    void beginMonitoring(RawReply raw) {
        isMonitoring |= head(raw).equals("+OK\r\n");
    }

    /** Whether that is a line about a command that Redis has executed, and no reply. */
    boolean isOfMonitor(RawReply raw) {
        return isMonitoring && raw.type() == '+' && MONITORED.matcher(head(raw)).lookingAt();
    }

    /** Returns them as CLIENT LIST does, with so many further channels. */
    String describe(int further) {
        return "sub=" + (channels + further) + " psub=" + patterns + " ssub=" + shardChannels;
    }

    /** Returns the kind of a message or confirmation, or null if it is something else. */
    static @Nullable String kind(RawReply raw) {
        // >3\r\n$7\r\nmessage\r\n
        String[] lines = head(raw).split("\r\n", 4);
        if (lines.length < 4 || !lines[1].startsWith("$")) {
            return null;
        }
        return MESSAGES.contains(lines[2]) || OwnCommands.subscribes(lines[2]) ? lines[2] : null;
    }

    /** Takes a confirmation of a request; returns them all if it was the last one, or null. */
    @Nullable
    List<RawReply> confirm(OwnRequest request, String kind, RawReply raw) {
        if (confirmed.isEmpty()) {
            // Without a channel, all are meant; if there are none, Redis confirms that once.
            expected = request.words() > 1 ? request.words() - 1L : Math.max(1, count(kind));
        }
        note(kind, raw);
        confirmed.add(raw);
        if (confirmed.size() < expected) {
            return null;
        }
        List<RawReply> all = confirmed;
        confirmed = new ArrayList<>();
        return all;
    }

    /** Takes the count that a confirmation ends with, which nobody may have asked for: a slot of a Cluster has moved. */
    void note(String kind, RawReply raw) {
        switch (kind) {
            case "subscribe", "unsubscribe" -> channels = Math.max(0, total(raw) - patterns);
            case "psubscribe", "punsubscribe" -> patterns = Math.max(0, total(raw) - channels);
            case "ssubscribe", "sunsubscribe" -> shardChannels = total(raw);
            default -> {}
        }
    }

    private long count(String kind) {
        return switch (kind) {
            case "unsubscribe" -> channels;
            case "punsubscribe" -> patterns;
            default -> shardChannels;
        };
    }

    /** The connection has ended, or been given back. */
    void end() {
        channels = 0;
        patterns = 0;
        shardChannels = 0;
        isMonitoring = false;
        confirmed = new ArrayList<>();
    }

    private static String head(RawReply raw) {
        ByteArrayOutputStream head = new ByteArrayOutputStream(HEAD_BYTES);
        for (byte[] chunk : raw.chunks()) {
            head.write(chunk, 0, Math.min(chunk.length, HEAD_BYTES - head.size()));
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Returns the whole number at the end. */
    private static long total(RawReply raw) {
        StringBuilder digits = new StringBuilder(MOST_DIGITS);
        for (int i = raw.chunks().size() - 1; i >= 0; i--) {
            byte[] chunk = raw.chunks().get(i);
            for (int at = chunk.length - 1; at >= 0; at--) {
                if (chunk[at] == ':' || digits.length() == MOST_DIGITS) {
                    return digits.isEmpty()
                            ? 0
                            : Long.parseLong(digits.reverse().toString());
                }
                if (chunk[at] >= '0' && chunk[at] <= '9') {
                    digits.append((char) chunk[at]);
                }
            }
        }
        return 0;
    }
}
