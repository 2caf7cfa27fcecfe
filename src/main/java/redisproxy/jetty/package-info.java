/**
 * HTTP as the proxy's own Jetty speaks it, around the servlet: the connector, and the fast path of its connections, which answers
 * repeated requests without the servlet.
 */
@NullMarked
package redisproxy.jetty;

import org.jspecify.annotations.NullMarked;
