/**
 * HTTP as the proxy's own Jetty speaks it, around the servlet: the connector, and the connections that answer a repeated
 * request without it.
 */
@NullMarked
package redisproxy.jetty;

import org.jspecify.annotations.NullMarked;
