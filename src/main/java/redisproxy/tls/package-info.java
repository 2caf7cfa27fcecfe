/**
 * TLS on the proxy's own ports: the certificate that they show and the clients that they accept; and the reading of PEM files for
 * these ports and for the way to Redis. Depends on the JDK alone.
 */
@NullMarked
package redisproxy.tls;

import org.jspecify.annotations.NullMarked;
