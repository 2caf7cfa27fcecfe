/** What both ports do with Jetty's selectors: connections that become readable together are served together. */
@NullMarked
package redisproxy.net;

import org.jspecify.annotations.NullMarked;
