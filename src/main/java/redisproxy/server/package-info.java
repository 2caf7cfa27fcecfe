/**
 * Configuration, the process, and the composition root: starts, drains and stops everything, by itself or inside
 * somebody else's servlet container.
 */
@NullMarked
package redisproxy.server;

import org.jspecify.annotations.NullMarked;
