/**
 * The RESP front: a Jetty connector that speaks the Redis protocol, versions 2 and 3. {@link
 * redisproxy.resp.RespConnection} reads and writes, {@link redisproxy.resp.RequestExecutor} executes, {@link
 * redisproxy.resp.CommandTable} has the commands. The parser and the encoders know bytes only.
 */
@NullMarked
package redisproxy.resp;

import org.jspecify.annotations.NullMarked;
