/**
 * The RESP front: a Jetty connector that speaks the Redis protocol, versions 2 and 3. Parser and encoder know bytes
 * only; {@link redisproxy.resp.RespConnection} alone reads and writes.
 */
@NullMarked
package redisproxy.resp;

import org.jspecify.annotations.NullMarked;
