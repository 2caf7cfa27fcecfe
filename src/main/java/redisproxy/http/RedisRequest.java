package redisproxy.http;

import java.nio.charset.StandardCharsets;

/** Encodes requests to Redis: {@code *2\r\n$3\r\nGET\r\n$1\r\nk\r\n} (redis.io, "Redis serialization protocol specification"). */
final class RedisRequest {
    private static final int LINE_END_BYTES = 2;

    private RedisRequest() {}

    /** Returns the request of these arguments, the command's name first. The array is the caller's. */
    static byte[] of(Content... arguments) {
        byte[] count = header('*', arguments.length);
        int size = count.length;
        for (Content argument : arguments) {
            size = Math.addExact(size, header('$', argument.length()).length + argument.length() + LINE_END_BYTES);
        }
        byte[] request = new byte[size];
        int at = put(count, request, 0);
        for (Content argument : arguments) {
            at = put(header('$', argument.length()), request, at);
            at = argument.copyTo(request, at);
            request[at++] = '\r';
            request[at++] = '\n';
        }
        return request;
    }

    private static byte[] header(char type, int number) {
        return (type + Integer.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static int put(byte[] bytes, byte[] target, int at) {
        System.arraycopy(bytes, 0, target, at, bytes.length);
        return at + bytes.length;
    }
}
