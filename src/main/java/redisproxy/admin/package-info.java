/**
 * The admin port: health, metrics, and what people look at. It has a server and threads of its own, so that it answers while the
 * ports for data are saturated. It uses Jetty's handlers and no servlets, because a servlet container does not share its Jetty.
 */
@NullMarked
package redisproxy.admin;

import org.jspecify.annotations.NullMarked;
