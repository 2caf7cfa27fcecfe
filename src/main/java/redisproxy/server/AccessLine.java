package redisproxy.server;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import redisproxy.measure.Access;

/** Makes the lines of the access log. Used by one thread. */
final class AccessLine {
    private static final DateTimeFormatter COMMON = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss.SSS Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int SALT_BYTES = 16;

    /** Two of a million keys share one with a probability of 1 to 37 millions. */
    private static final int HASH_BYTES = 8;

    private final LogFormat format;
    private final KeyDisplay keys;
    private final byte[] salt = new byte[SALT_BYTES];
    private final MessageDigest digest;

    /** Makes lines with hashes of their own: without the salt, short keys could be found by trying them. */
    AccessLine(LogFormat format, KeyDisplay keys) {
        this.format = format;
        this.keys = keys;
        new SecureRandom().nextBytes(salt);
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }

    /** Returns the line with its end, in ASCII. */
    byte[] of(Access access, long epochMillis) {
        String line = format == LogFormat.JSON ? json(access, epochMillis) : text(access, epochMillis);
        return (line + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private String text(Access access, long epochMillis) {
        String key = access.key() == null ? "" : " " + quoted(key(access.key()));
        return "%s - - [%s] \"%s%s %s\" %s %d %s %s %d"
                .formatted(
                        access.client(),
                        COMMON.format(Instant.ofEpochMilli(epochMillis)),
                        quoted(printable(access.command())),
                        key,
                        quoted(printable(access.protocol())),
                        quoted(printable(access.status())),
                        access.bytes(),
                        port(access),
                        access.result(),
                        TimeUnit.NANOSECONDS.toMicros(access.nanos()));
    }

    private static String port(Access access) {
        return access.port().name().toLowerCase(Locale.ROOT);
    }

    private String json(Access access, long epochMillis) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("@timestamp", Instant.ofEpochMilli(epochMillis).toString());
        fields.put("ecs.version", "1.2.0");
        fields.put("service.name", JsonLines.SERVICE_NAME);
        fields.put("event.dataset", "redis-proxy.access");
        fields.put("event.kind", "event");
        fields.put("event.action", printable(access.command()));
        fields.put("event.outcome", isFailure(access) ? "failure" : "success");
        fields.put("event.duration", access.nanos());
        putAddress(fields, access.client());
        fields.put("redis_proxy.port", port(access));
        fields.put("redis_proxy.result", access.result());
        if (access.key() != null) {
            fields.put(keys == KeyDisplay.HASH ? "redis_proxy.key_hash" : "redis_proxy.key", key(access.key()));
        }
        if (access.port() == Access.Port.HTTP) {
            fields.put("http.request.method", printable(access.command()));
            fields.put("http.response.status_code", Integer.parseInt(access.status()));
            fields.put("http.response.body.bytes", access.bytes());
            fields.put("http.version", printable(access.protocol()).replace("HTTP/", ""));
        } else {
            fields.put("network.protocol", access.protocol().toLowerCase(Locale.ROOT));
            fields.put("redis_proxy.status", printable(access.status()));
            fields.put("destination.bytes", access.bytes());
        }
        try {
            return JSON.std.asString(fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFailure(Access access) {
        return access.result().equals("error") || access.result().equals("refused");
    }

    private static void putAddress(Map<String, Object> fields, String client) {
        int colon = client.lastIndexOf(':');
        fields.put("source.address", client.substring(0, colon).replace("[", "").replace("]", ""));
        fields.put("source.port", Integer.parseInt(client.substring(colon + 1)));
    }

    private String key(byte[] key) {
        if (keys == KeyDisplay.SHOW) {
            return printable(new String(key, StandardCharsets.ISO_8859_1));
        }
        digest.update(salt);
        return HexFormat.of().formatHex(digest.digest(key), 0, HASH_BYTES);
    }

    /** Returns a text, one character for each byte, in which all but printable ASCII is escaped as by Redis. */
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                shown.append("\\\\");
            } else if (c > ' ' && c < 0x7F) {
                shown.append(c);
            } else {
                shown.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
            }
        }
        return shown.toString();
    }

    /** Returns a printable text without quotes, to stand in quotes. */
    private static String quoted(String printable) {
        return printable.replace("\"", "\\x22");
    }
}
