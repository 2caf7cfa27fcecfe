/**
 * What both ports do with Jetty's selectors: connections that become readable together are served together, replies leave in
 * order, and connections end in the same way.
 */
@NullMarked
package redisproxy.net;

import org.jspecify.annotations.NullMarked;
