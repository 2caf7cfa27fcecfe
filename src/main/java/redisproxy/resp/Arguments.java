package redisproxy.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The arguments of one request, the command's name first. Valid only while the request is executed. Not thread-safe. */
interface Arguments {
    /** Returns the number of arguments; 0 for an empty request, which gets no reply. */
    int count();

    /** Returns the array that all arguments lie in. Never write to it. */
    byte[] array();

    /** Returns where in {@link #array()} the argument begins. */
    int offset(int index);

    /** Returns the argument's length in bytes. */
    int length(int index);

    /** Returns a copy of the argument. */
    default byte[] bytes(int index) {
        return Arrays.copyOfRange(array(), offset(index), offset(index) + length(index));
    }

    /** Returns the argument as ISO 8859-1: one character for each byte. */
    default String text(int index) {
        return new String(array(), offset(index), length(index), StandardCharsets.ISO_8859_1);
    }

    /** Returns a copy of the whole request as an array of bulk strings. */
    default byte[] request() {
        long size = 0;
        byte[][] headers = new byte[count() + 1][];
        headers[0] = ("*" + count() + "\r\n").getBytes(StandardCharsets.US_ASCII);
        size += headers[0].length;
        for (int i = 0; i < count(); i++) {
            headers[i + 1] = Reply.bulkLength(length(i));
            size += headers[i + 1].length + length(i) + Reply.LINE_END.length;
        }
        ByteBuffer request = ByteBuffer.allocate(Math.toIntExact(size)).put(headers[0]);
        for (int i = 0; i < count(); i++) {
            request.put(headers[i + 1]).put(array(), offset(i), length(i)).put(Reply.LINE_END);
        }
        return request.array();
    }
}
