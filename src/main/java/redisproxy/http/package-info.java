/** The HTTP front: a servlet and a filter on jakarta.servlet alone, so that they run in any container. */
@NullMarked
package redisproxy.http;

import org.jspecify.annotations.NullMarked;
