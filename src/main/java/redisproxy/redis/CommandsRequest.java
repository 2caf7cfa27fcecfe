package redisproxy.redis;

import java.util.function.Consumer;
import redis.clients.jedis.Protocol;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;

/** Asks a server for its commands, by {@code COMMAND}. Nothing waits for it. */
final class CommandsRequest implements Request {
    private final Consumer<CommandTable> onTable;
    private final Runnable onFailure;
    private final long startedNanos = System.nanoTime();

    /** Makes a request whose result goes to {@code onTable}, on the thread that has it; {@code onFailure} is run if the server does not answer. */
    CommandsRequest(Consumer<CommandTable> onTable, Runnable onFailure) {
        this.onTable = onTable;
        this.onFailure = onFailure;
    }

    @Override
    public long waitedNanos() {
        return System.nanoTime() - startedNanos;
    }

    @Override
    public void send(Link to, Term term) {
        to.sendCommand(Protocol.Command.COMMAND);
    }

    @Override
    public void sent() {}

    @Override
    public void receive(Link from) {
        Object reply = from.nestedReply();
        CommandTable table = CommandTable.of(reply);
        if (table != null) {
            onTable.accept(table);
        } else if (reply instanceof RespReader.ErrorReply error) {
            from.warn(
                    "Redis does not tell its commands, so that all that are passed on are taken for writes to any key: %s"
                            .formatted(Failures.oneLine(error)));
        }
    }

    @Override
    public void fail(BackingStoreException cause) {
        onFailure.run();
    }

    @Override
    public void flush() {}

    @Override
    public Object recipient() {
        return this;
    }
}
