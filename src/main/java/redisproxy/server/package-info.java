/**
 * The settings, the composition of all parts, and the process: starts, drains and stops the proxy, as a process of its own
 * or inside a servlet container.
 */
@NullMarked
package redisproxy.server;

import org.jspecify.annotations.NullMarked;
