/** Figures that several packages record, such as how long something takes, in bounded memory. Knows nothing of the proxy. */
@NullMarked
package redisproxy.measure;

import org.jspecify.annotations.NullMarked;
