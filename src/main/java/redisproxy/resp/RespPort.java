package redisproxy.resp;

import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.thread.Scheduler;
import redisproxy.cache.ReadThroughCache;
import redisproxy.net.ClientMemory;
import redisproxy.net.TurnLimiter;

/**
 * What the connections of one port share. Thread-safe.
 *
 * @param cache answers GET
 * @param commands executes all other requests
 * @param passing passes on what the proxy does not answer
 * @param background executes those of them that take long
 * @param figures counts requests
 * @param registry of the open connections
 * @param timeouts how long clients may take
 * @param memory bounds what is held for all clients of both ports
 * @param pushes bounds what clients are told and do not take
 * @param replies bounds what is held of replies of Redis
 * @param turns gives turns to clients whose requests have very many arguments
 * @param buffers memory for requests that arrive in parts
 * @param executor runs what may not run on a selector's thread
 * @param scheduler has what waits go on
 * @param logins says who the clients are
 * @param database the database that is served
 * @param excess returns how many more sockets are open than connections are allowed
 */
record RespPort(
        ReadThroughCache cache,
        CommandTable commands,
        Passing passing,
        Background background,
        PortFigures figures,
        ClientRegistry registry,
        Timeouts timeouts,
        ClientMemory memory,
        PushMemory pushes,
        HeldReplies replies,
        TurnLimiter turns,
        ByteBufferPool buffers,
        Executor executor,
        Scheduler scheduler,
        Logins logins,
        int database,
        IntSupplier excess) {}
