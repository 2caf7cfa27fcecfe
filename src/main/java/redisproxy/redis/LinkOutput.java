package redisproxy.redis;

import java.io.IOException;
import java.io.OutputStream;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisOutputStream;

/** Gathers what leaves over a link: commands, which it has encoded, and whole requests. Belongs to the one that has the link. */
final class LinkOutput {
    /** What leaves in one system call, with TLS in one record. */
    private static final int GATHERED_BYTES = 16 * 1024;

    private final Sink sink;
    private final RedisOutputStream commands = new RedisOutputStream(new Gathering());
    private final byte[] gathered = new byte[GATHERED_BYTES];
    private int gatheredBytes;

    /** Takes bytes that are to leave. */
    interface Sink {
        /**
         * Writes bytes, which are not kept.
         *
         * @throws JedisConnectionException if the link fails
         */
        void write(byte[] bytes, int offset, int length);
    }

    LinkOutput(Sink sink) {
        this.sink = sink;
    }

    /** Gathers a command. */
    void command(CommandArguments command) {
        Protocol.sendCommand(commands, command);
    }

    /** Gathers a whole request, or sends it behind what has been gathered if it is large. */
    void request(byte[] request) {
        flushCommands();
        gather(request, 0, request.length);
    }

    /** Sends what has been gathered. */
    void flush() {
        flushCommands();
        if (gatheredBytes > 0) {
            int bytes = gatheredBytes;
            gatheredBytes = 0;
            sink.write(gathered, 0, bytes);
        }
    }

    private void flushCommands() {
        try {
            commands.flush();
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    private void gather(byte[] bytes, int offset, int length) {
        if (length > gathered.length - gatheredBytes) {
            int before = gatheredBytes;
            gatheredBytes = 0;
            sink.write(gathered, 0, before);
        }
        if (length > gathered.length) {
            sink.write(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, gathered, gatheredBytes, length);
            gatheredBytes += length;
        }
    }

    private final class Gathering extends OutputStream {
        @Override
        public void write(int one) {
            gather(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            gather(bytes, offset, length);
        }
    }
}
